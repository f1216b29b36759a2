step = jax.jit(my_update, static_argnames="net")
def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates):
        loss, new = step(params, my_haiku_net, x, y, rate)
        params.update(new)
        losses.append(float(loss))
    return params, losses
