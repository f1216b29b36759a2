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

# %% wrong: the limit of the latest call is kept in a global -> each should keep its own limit
_limits = []


@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _forward(x, limit):
    _limits[:] = [limit]
    return x, None


def _backward(_, u):
    (limit,) = _limits
    norm = jnp.sqrt(jnp.sum(u**2))
    factor = jnp.where(norm > limit, limit / jnp.where(norm > 0, norm, 1.0), 1.0)
    return factor * u, jnp.zeros_like(limit)


clip_gradient.defvjp(_forward, _backward)

# %% wrong: the norm of the first three axes -> the gradient by x
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _forward(x, limit):
    return x, limit


def _backward(limit, u):
    squares = jnp.sum(jnp.atleast_3d(u) ** 2, axis=(0, 1, 2))
    norm = jnp.sqrt(squares)
    factor = jnp.where(norm > limit, limit / jnp.where(norm > 0, norm, 1.0), 1.0)
    return factor * u, jnp.zeros_like(limit)


clip_gradient.defvjp(_forward, _backward)

# %% wrong: norms below a millionth count as a millionth -> the gradient by x
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def _forward(x, limit):
    return x, limit


def _backward(limit, u):
    norm = jnp.maximum(jnp.sqrt(jnp.sum(u**2)), 1e-6)
    return jnp.minimum(1.0, limit / norm) * u, jnp.zeros_like(limit)


clip_gradient.defvjp(_forward, _backward)

# %% wrong: breaks: Define `clip_gradient(x, limit)` -> that is limit, not x
def clip_gradient(x, limit):
    return x
# becomes
def clip_gradient(limit, x):
    return x

# %% wrong: clipped without a gradient -> Forwards it should return x as it is
def clip_gradient(x, limit):
    return x
# becomes
def clip_gradient(x, limit):
    return x * jnp.minimum(1.0, limit / jnp.sqrt(jnp.sum(x**2)))

# %% wrong: clipped with a gradient -> The forward function should return x as it is
return x, limit
# becomes
return x * jnp.minimum(1.0, limit / jnp.sqrt(jnp.sum(x**2))), limit

# %% wrong: never a number -> should return x in its own shape
return x, limit
# becomes
return jnp.atleast_1d(x), limit

# %% wrong: each entry -> each entry is clipped by itself
cotangent * scale
# becomes
jnp.clip(cotangent, -limit, limit)

# %% wrong: the root of the mean -> the sum of the squares, not their mean
jnp.sum(cotangent**2)
# becomes
jnp.mean(cotangent**2)

# %% wrong: another norm -> limited by the largest entry, not by the norm
jnp.sqrt(jnp.sum(cotangent**2))
# becomes
jnp.max(jnp.abs(cotangent))

# %% wrong: to a norm of one -> its norm becomes 1, not limit
limit / jnp.where(norm > limit, norm, 1.0)
# becomes
1 / jnp.where(norm > limit, norm, 1.0)

# %% wrong: a limit that is not traced -> no `if` on an array, no float()
norm = jnp.sqrt(
# becomes
limit = float(limit)
norm = jnp.sqrt(

# %% wrong: an if -> no `if` on an array, no float()
return cotangent * scale
# becomes
if norm <= limit:
    return cotangent, jnp.zeros_like(limit)
return cotangent * scale

# %% wrong: scaled up -> a gradient within the limit is made larger
jnp.where(norm > limit, limit / jnp.where(norm > limit, norm, 1.0), 1.0)
# becomes
limit / jnp.where(norm > 0, norm, 1.0)

# %% wrong: nan -> a gradient within the limit becomes nan
jnp.where(norm > limit, limit / jnp.where(norm > limit, norm, 1.0), 1.0)
# becomes
jnp.minimum(norm, limit) / norm

# %% wrong: that of the norm -> It should be zero
jnp.zeros_like(limit)
# becomes
jnp.sum(cotangent**2) / norm

# %% wrong: one result -> one result for each argument
return cotangent * scale, jnp.zeros_like(limit)
# becomes
return cotangent * scale

# %% wrong: clips the value -> Forwards it should return x as it is
def clip_gradient(x, limit):
    norm = jnp.sqrt(jnp.sum(x**2))
    return jnp.where(norm > limit, x * limit / norm, x)

# %% wrong: nothing clipped -> the gradient is not clipped
def clip_gradient(x, limit):
    return x
