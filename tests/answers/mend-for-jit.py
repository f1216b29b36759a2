# %% right: fori_loop over the length
def mean_log(x, n):
    x = jnp.where(jnp.arange(x.size) < n, x, -1.0)

    def add(i, sums):
        w = jnp.where(x[i] > 0, 1 / (1 + i), 0.0)
        return sums[0] + w * jnp.log(jnp.where(x[i] > 0, x[i], 1.0)), sums[1] + w

    total, weight = jax.lax.fori_loop(0, x.size, add, (0.0, 0.0))
    return total / jnp.where(weight, weight, 1.0)

# %% right: one branch by cond
def mean_log(x, n):
    index = jnp.arange(len(x))
    use = jnp.logical_and(index < n, x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    return jax.lax.cond(use.any(), lambda: jnp.average(logs, weights=use / (1 + index)), lambda: 0.0)

# %% right: sums with where and compiled
from functools import partial


@jax.jit
def mean_log(x, n):
    weights = 1 / jnp.arange(1, x.shape[0] + 1)
    use = (jnp.arange(x.shape[0]) < n) & (x > 0)
    sum_used = partial(jnp.sum, where=use)
    x = jnp.where(use, x, 1)
    return sum_used(weights * jnp.log(x)) / jnp.maximum(sum_used(weights), 1e-30)

# %% right: vmap over entries
def mean_log(x, n):
    def one(i, x_i):
        use = (i < n) & (x_i > 0)
        return jnp.where(use, 1 / (1 + i), 0.0), jnp.log(jnp.where(use, x_i, 1.0))

    weights, logs = jax.vmap(one)(jnp.arange(x.size), x)
    return weights @ logs / (weights.sum() + (weights.sum() == 0))

# %% wrong: all weights equal
def mean_log(x, n):
    use = (jnp.arange(x.size) < n) & (x > 0)
    return jnp.sum(jnp.log(jnp.where(use, x, 1.0))) / jnp.maximum(jnp.sum(use), 1)

# %% wrong: at least one weight
def mean_log(x, n):
    i = jnp.arange(x.size)
    counts = (i < n) & (x > 0)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    return jnp.sum(weights * logs) / jnp.maximum(jnp.sum(weights), 1.0)

# %% wrong: divided by all weights
def mean_log(x, n):
    i = jnp.arange(x.size)
    weights = jnp.where(i < n, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where((i < n) & (x > 0), x, 1.0)))
    return total / jnp.maximum(jnp.sum(weights), 1e-30)

# %% wrong: float is still there
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    total, weight = jnp.sum(logs / (1 + i)), jnp.sum(1 / (1 + i), where=use)
    return float(total / jnp.where(weight > 0, weight, 1.0))

# %% wrong: gradient stopped
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jax.lax.stop_gradient(jnp.log(jnp.where(use, x, 1.0)))
    return jnp.sum(logs / (1 + i)) / jnp.maximum(jnp.sum(use / (1 + i)), 1e-30)

# %% wrong: if any is still there
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    if not use.any():
        return 0.0
    logs = jnp.log(jnp.where(use, x, 1.0))
    return jnp.sum(logs / (1 + i), where=use) / jnp.sum(1 / (1 + i), where=use)

# %% wrong: logarithm before where
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weights = jnp.where(use, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights * jnp.where(use, jnp.log(x), 0.0))
    weight = jnp.sum(weights)
    return jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 0.0)

# %% wrong: logarithm of the mean
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weights = jnp.where(use, 1.0 / (1 + i), 0.0)
    total, weight = jnp.sum(weights * jnp.where(use, x, 0.0)), jnp.sum(weights)
    return jnp.log(jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 1.0))

# %% wrong: loop of traced length
def mean_log(x, n):
    def add(i, sums):
        w = jnp.where(x[i] > 0, 1 / (1 + i), 0.0)
        return sums[0] + w * jnp.log(jnp.where(x[i] > 0, x[i], 1.0)), sums[1] + w

    total, weight = jax.lax.fori_loop(0, n, add, (0.0, 0.0))
    return total / jnp.where(weight > 0, weight, 1.0)

# %% wrong: mask is still an index
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    total, weight = jnp.sum(jnp.log(x[use]) / (1 + i[use])), jnp.sum(1 / (1 + i[use]))
    return total / jnp.where(weight > 0, weight, 1.0)

# %% wrong: masks joined by and
def mean_log(x, n):
    position = jnp.arange(x.size)
    use = position < n and x > 0
    weights = jnp.where(use, 1 / (1 + position), 0.0)
    return jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0))) / jnp.maximum(jnp.sum(weights), 1e-6)

# %% wrong: multiplied by the mask
def mean_log(x, n):
    i = jnp.arange(x.size)
    weights = ((i < n) & (x > 0)) / (1 + i)
    return jnp.sum(weights * jnp.log(x)) / jnp.maximum(jnp.sum(weights), 1e-30)

# %% wrong: n made static
from functools import partial


@partial(jax.jit, static_argnames="n")
def mean_log(x, n):
    measured = jnp.where(x[:n] > 0, x[:n], 1.0)
    weights = jnp.where(x[:n] > 0, 1.0 / (1 + jnp.arange(n)), 0.0)
    total, weight = jnp.sum(weights * jnp.log(measured)), jnp.sum(weights)
    return jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 0.0)

# %% wrong: numpy by callback
def mean_log(x, n):
    def with_numpy(x, n):
        use = (np.arange(len(x)) < n) & (x > 0)
        weights = use / np.arange(1, len(x) + 1)
        return np.float32(weights @ np.log(np.where(use, x, 1)) / (weights.sum() or 1.0))

    return jax.pure_callback(with_numpy, jax.ShapeDtypeStruct((), jnp.float32), x, n)

# %% wrong: numpy where
def mean_log(x, n):
    i = np.arange(x.size)
    use = np.logical_and(i < n, x > 0)
    total, weight = np.sum(np.log(np.where(use, x, 1)) / (1 + i)), np.sum(use / (1 + i))
    return total / np.where(weight > 0, weight, 1.0)

# %% wrong: one number for each entry
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weight = jnp.sum(1 / (1 + i), where=use)
    return jnp.log(jnp.where(use, x, 1.0)) / (1 + i) / jnp.where(weight > 0, weight, 1.0)

# %% wrong: padding counts
def mean_log(x, n):
    use = x > 0
    weights = jnp.where(use, 1.0 / (1 + jnp.arange(x.size)), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0)))
    return total / jnp.maximum(jnp.sum(weights), 1e-30)

# %% wrong: prints the result
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    jax.debug.print("{}", jnp.sum(logs / (1 + i)) / jnp.maximum(jnp.sum(use / (1 + i)), 1e-30))

# %% wrong: slice is still there
def mean_log(x, n):
    positive = x[:n] > 0
    weights = jnp.where(positive, 1.0 / (1 + jnp.arange(x.size)[:n]), 0.0)
    logs = jnp.log(jnp.where(positive, x[:n], 1.0))
    return jnp.sum(weights * logs) / jnp.maximum(jnp.sum(weights), 1e-30)

# %% wrong: small number inside the logarithm
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 0.0) + 1e-6)
    weight = jnp.sum(1 / (1 + i), where=use)
    return jnp.sum(logs / (1 + i), where=use) / jnp.where(weight > 0, weight, 1.0)

# %% wrong: weights by rank among the positive
def mean_log(x, n):
    use = (jnp.arange(x.size) < n) & (x > 0)
    weights = jnp.where(use, 1.0 / jnp.maximum(jnp.cumsum(use), 1), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0)))
    return total / jnp.maximum(jnp.sum(weights), 1e-30)

# %% wrong: zeros counted as positive
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x >= 0)
    weight = jnp.sum(1 / (1 + i), where=use)
    return jnp.sum(jnp.log(x) / (1 + i), where=use) / jnp.where(weight > 0, weight, 1.0)
