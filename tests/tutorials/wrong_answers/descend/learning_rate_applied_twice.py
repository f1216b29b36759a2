def sgd_step(params, x, y, learning_rate):
    loss, grads = jax.value_and_grad(mean_squared_error)(params, x, y)
    steps = jax.tree.map(lambda g: learning_rate * g, grads)
    return loss, jax.tree.map(lambda p, s: p - learning_rate * s, params, steps)
