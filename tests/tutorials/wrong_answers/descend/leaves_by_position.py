def sgd_step(params, x, y, learning_rate):
    b, w = jax.tree.leaves(params)
    loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
    db, dw = jax.tree.leaves(g)
    return loss, {"b": b - learning_rate * db, "w": w - learning_rate * dw}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
