@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    return u * jnp.minimum(1.0, limit / jnp.maximum(jnp.linalg.norm(u.ravel()), 1e-30))


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)
