def per_example_gradients(params, x, y):
    return jax.lax.map(lambda pair: jax.grad(example_loss)(params, *pair), (x, y))
