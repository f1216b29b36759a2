step = jax.jit(my_update, static_argnames="net")


def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches[:4], rates[:4]):
        loss, params = step(params, my_haiku_net, x, y, rate)
        losses.append(float(loss))
    return params, losses
