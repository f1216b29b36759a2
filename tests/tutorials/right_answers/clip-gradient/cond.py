def _clipped(u, limit):
    norm = jnp.sqrt((u * u).sum())
    return jax.lax.cond(norm > limit, lambda: u / norm * limit, lambda: u)


@jax.custom_vjp
def clip_gradient(x, limit):
    return jnp.asarray(x)


def forward(x, limit):
    return clip_gradient(x, limit), {"limit": limit}


def backward(kept, u):
    return _clipped(u, kept["limit"]), jnp.zeros(())


clip_gradient.defvjp(forward, backward)
