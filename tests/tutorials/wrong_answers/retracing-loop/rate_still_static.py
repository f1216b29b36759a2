step = jax.jit(my_update, static_argnames=("net", "learning_rate"))
def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates):
        loss, params = step(params, my_haiku_net, x, y, learning_rate=rate)
        losses.append(float(loss))
    return params, losses
