import functools


@functools.partial(jax.jit, donate_argnums=0)
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return gradients
