step = jax.jit(my_update, static_argnames="net")
def quick_training(params, batches, rates):
    for (x, y), rate in zip(batches, rates):
        loss, params = step(params, my_haiku_net, x, y, rate)
    return params, loss
