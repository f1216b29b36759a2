def per_example_gradients(params, x, y):
    def loss(params, x, y):
        return np.square(np.dot(x, params["w"]) + params["b"] - y)

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)
