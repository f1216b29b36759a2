def sgd_step(params, x, y, learning_rate):
    w, b = params["w"], params["b"]
    def f(w, b): return jnp.mean((x @ w + b - y) ** 2)
    loss, (dw, db) = jax.value_and_grad(f, argnums=(0, 1))(w, b)
    return loss, {"w": w - learning_rate * dw, "b": b - learning_rate * db}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
