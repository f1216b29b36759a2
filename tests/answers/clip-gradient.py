# %% right: cond
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

# %% right: minimum
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    size = jnp.linalg.norm(u.ravel())
    return u * jnp.minimum(1.0, limit / jnp.maximum(size, 1e-30)), 0.0 * limit


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)

# %% wrong: a gradient for limit
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    norm = jnp.linalg.norm(u.ravel())
    return u * jnp.minimum(1.0, limit / jnp.maximum(norm, 1e-30)), norm


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)

# %% wrong: always to the limit
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


clip_gradient.defvjp(
    lambda x, limit: (x, limit), lambda limit, u: (u * limit / jnp.sqrt(jnp.sum(u**2)), 0.0 * limit)
)

# %% wrong: an if in the rule
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    norm = jnp.sqrt(jnp.sum(u**2))
    if norm > limit:
        u = u * limit / norm
    return u, 0.0 * limit


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)

# %% wrong: clips the value
def clip_gradient(x, limit):
    norm = jnp.sqrt(jnp.sum(x**2))
    return jnp.where(norm > limit, x * limit / norm, x)

# %% wrong: each entry
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


clip_gradient.defvjp(
    lambda x, limit: (x, limit), lambda limit, u: (jnp.clip(u, -limit, limit), 0.0 * limit)
)

# %% wrong: nan at zero
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


clip_gradient.defvjp(
    lambda x, limit: (x, limit),
    lambda limit, u: (u / jnp.sqrt(jnp.sum(u**2)) * jnp.minimum(limit, jnp.sqrt(jnp.sum(u**2))), 0.0 * limit),
)

# %% wrong: no tuple
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _back(limit, u):
    return u * jnp.minimum(1.0, limit / jnp.maximum(jnp.linalg.norm(u.ravel()), 1e-30))


clip_gradient.defvjp(lambda x, limit: (x, limit), _back)

# %% wrong: nothing clipped
def clip_gradient(x, limit):
    return x
