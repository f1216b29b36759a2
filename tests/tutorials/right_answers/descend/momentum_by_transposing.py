def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    def move(p, v, g):
        v = g + decay * v
        return p - learning_rate * v, v

    moved = jax.tree.map(move, params, velocity, gradient)
    new, velocity = jax.tree.transpose(jax.tree.structure(params), jax.tree.structure((0, 0)), moved)
    return loss, new, velocity
