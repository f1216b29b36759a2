step = jax.jit(functools.partial(my_update, net=my_haiku_net))
def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates):
        loss, params = step(params, input=x, target=y, learning_rate=rate)
        losses.append(float(loss))
    return params, losses
