@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    size = jnp.linalg.norm(u.ravel())
    return u * jnp.minimum(1.0, limit / jnp.maximum(size, 1e-30)), 0.0 * limit


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)
