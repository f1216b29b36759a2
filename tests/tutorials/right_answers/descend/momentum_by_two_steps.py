def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)



def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, stepped = sgd_step(params, x, y, learning_rate)  # p - rate g, then on by rate decay v
    new = jax.tree.map(lambda p, v: p - learning_rate * decay * v, stepped, velocity)
    gradient = jax.grad(mean_squared_error)(params, x, y)
    return loss, new, jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
