def gradient_of_quadratic(a, x):
    def quadratic(params):
        return params["x"] @ a @ params["x"]

    return jax.grad(quadratic)({"x": x})["x"]
