def sgd_step(params, x, y, learning_rate):
    loss = mean_squared_error(params, x, y)
    grads = jax.grad(loss)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
