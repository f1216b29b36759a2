@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    norm = jnp.sqrt(jnp.sum(u**2))
    if norm > limit:
        u = u * limit / norm
    return u, 0.0 * limit


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)
