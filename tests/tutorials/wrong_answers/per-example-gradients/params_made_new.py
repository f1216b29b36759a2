def per_example_gradients(params, x, y):
    def loss(x, y):
        return jax.grad(example_loss)(best_guess, x, y)

    best_guess = {"w": jnp.zeros_like(params["w"]), "b": jnp.float32(0.0)}
    return jax.vmap(loss)(x, y)
