@jax.jit
def step(params, x, y):
    return my_update(params, my_haiku_net, x, y, learning_rate)
def quick_training(params, batches, rates):
    losses = []
    for x, y in batches:
        loss, params = step(params, x, y)
        losses.append(float(loss))
    return params, losses
