def per_example_gradients(params, x, y):
    gradients = [jax.grad(example_loss)(params, xi, yi) for xi, yi in zip(x, y)]
    return {name: [g[name] for g in gradients] for name in params}
