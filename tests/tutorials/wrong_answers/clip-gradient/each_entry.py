@jax.custom_vjp
def clip_gradient(x, limit):
    return x


clip_gradient.defvjp(
    lambda x, limit: (x, limit), lambda limit, u: (jnp.clip(u, -limit, limit), 0.0 * limit)
)
