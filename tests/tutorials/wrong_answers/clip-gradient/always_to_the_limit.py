@jax.custom_vjp
def clip_gradient(x, limit):
    return x


clip_gradient.defvjp(
    lambda x, limit: (x, limit), lambda limit, u: (u * limit / jnp.sqrt(jnp.sum(u**2)), 0.0 * limit)
)
