def sgd_step(params, x, y, learning_rate):
    return (mean_squared_error(params, x, y),
            jax.tree.map(lambda p, g: p - learning_rate * g, params, jax.jacfwd(mean_squared_error)(params, x, y)))
