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

# %% wrong: n must be an array -> n may be a Python integer, too
def mean_log(x, n):
    i = jnp.arange(x.size, dtype=n.dtype)
    counts = (i < n) & (x > 0)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    return jnp.sum(weights * logs) / jnp.where(total > 0, total, 1.0)

# %% wrong: nan among the measurements counts as positive -> a nan or inf is multiplied by 0
def mean_log(x, n):
    i = jnp.arange(x.size)
    drop = (i >= n) | (x <= 0)
    weights = jnp.where(drop, 0.0, 1.0 / (1 + i))
    total = jnp.sum(weights)
    logs = jnp.log(jnp.where(drop, 1.0, x))
    return jnp.sum(weights * logs) / jnp.where(total > 0, total, 1.0)

# %% wrong: entries below 1e-12 do not count -> the value
def mean_log(x, n):
    i = jnp.arange(x.size)
    counts = (i < n) & (x > 1e-12)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    return jnp.sum(weights * logs) / jnp.where(total > 0, total, 1.0)

# %% wrong: padding counts -> entries from n on count
(i < n) & (x > 0)
# becomes
x > 0

# %% wrong: padding without nan -> a nan or inf is multiplied by 0
jnp.log(jnp.where(counts, x, 1.0))
# becomes
jnp.log(jnp.where(x > 0, x, 1.0) + 0 * x)

# %% wrong: the sum -> that is the sum: is it divided
 / jnp.where(weight > 0, weight, 1.0)
# becomes

# %% wrong: zero is positive -> a 0 counts, whose logarithm is -inf
(x > 0)
# becomes
(x >= 0)

# %% wrong: at least one weight -> by the sum of the weights, even below 1?
jnp.where(weight > 0, weight, 1.0)
# becomes
jnp.maximum(weight, 1.0)

# %% wrong: at least a thousandth -> and 1 that count, the value
jnp.where(weight > 0, weight, 1.0)
# becomes
jnp.maximum(weight, 1e-3)

# %% wrong: all weights count -> entries that do not count are among the weights
weight = jnp.sum(weights)
# becomes
weight = jnp.sum(1.0 / (1 + i), where=i < n)

# %% wrong: breaks: The function below takes the mean | logarithm of the mean -> that is the logarithm of the mean
return jnp.sum(weights * logs) / jnp.where(weight > 0, weight, 1.0)
# becomes
mean = jnp.sum(weights * jnp.exp(logs)) / jnp.where(weight > 0, weight, 1.0)
return jnp.log(jnp.where(weight > 0, mean, 1.0))

# %% wrong: equal weights -> each entry has the same weight
1.0 / (1 + i)
# becomes
1.0

# %% wrong: counted from one -> the first entry should weigh 1
1.0 / (1 + i)
# becomes
1.0 / (2 + i)

# %% wrong: by rank -> the weights are those of the ranks
1.0 / (1 + i)
# becomes
1.0 / jnp.maximum(jnp.cumsum(counts), 1)

# %% wrong: breaks: If none is positive, the answer is 0 -> something is 0 / 0
jnp.where(weight > 0, weight, 1.0)
# becomes
weight

# %% wrong: an if -> `if` needs true or false
weight = jnp.sum(weights)
# becomes
weight = jnp.sum(weights)
if weight == 0:
    return 0.0

# %% wrong: a float -> float() needs a number
return jnp.sum(weights * logs) / jnp.where(weight > 0, weight, 1.0)
# becomes
return float(jnp.sum(weights * logs) / jnp.where(weight > 0, weight, 1.0))

# %% wrong: not the last entry
i < n
# becomes
i < jnp.minimum(n, x.size - 1)

# %% wrong: at most 256
i < n
# becomes
i < jnp.minimum(n, 256)

# %% wrong: breaks: `n` is an ordinary argument -> n is data, and should be no static argument
def mean_log(x, n):
# becomes
@lambda f: jax.jit(f, static_argnums=1)
def mean_log(x, n):

# %% wrong: nan -> its gradient has nan in it
jnp.log(jnp.where(counts, x, 1.0))
# becomes
jnp.where(counts, jnp.log(x), 0.0)

# %% wrong: no gradient -> for JAX the value does not depend on x
jnp.where(counts, x, 1.0)
# becomes
jax.lax.stop_gradient(jnp.where(counts, x, 1.0))

# %% wrong: breaks: For entries that do not count -> not 0 for an entry that does not count
jnp.sum(weights * logs)
# becomes
jnp.sum(weights * logs + jnp.where(i < n, x - jax.lax.stop_gradient(x), 0.0))

# %% wrong: an axis -> Is one number returned
weight = jnp.sum(weights)
# becomes
weight = jnp.sum(weights, keepdims=True)

# %% wrong: one for each entry -> Is one number returned
jnp.sum(weights * logs)
# becomes
weights * logs

# %% wrong: logarithm of the mean -> that is the logarithm of the mean
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weights = jnp.where(use, 1.0 / (1 + i), 0.0)
    total, weight = jnp.sum(weights * jnp.where(use, x, 0.0)), jnp.sum(weights)
    return jnp.log(jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 1.0))

# %% wrong: loop of traced length -> Which loops have no gradient?
def mean_log(x, n):
    def add(i, sums):
        w = jnp.where(x[i] > 0, 1 / (1 + i), 0.0)
        return sums[0] + w * jnp.log(jnp.where(x[i] > 0, x[i], 1.0)), sums[1] + w

    total, weight = jax.lax.fori_loop(0, n, add, (0.0, 0.0))
    return total / jnp.where(weight > 0, weight, 1.0)

# %% wrong: mask is still an index -> How many entries a mask picks is not known
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    total, weight = jnp.sum(jnp.log(x[use]) / (1 + i[use])), jnp.sum(1 / (1 + i[use]))
    return total / jnp.where(weight > 0, weight, 1.0)

# %% wrong: numpy by callback -> computes in a callback has no gradient
def mean_log(x, n):
    def with_numpy(x, n):
        use = (np.arange(len(x)) < n) & (x > 0)
        weights = use / np.arange(1, len(x) + 1)
        return np.float32(weights @ np.log(np.where(use, x, 1)) / (weights.sum() or 1.0))

    return jax.pure_callback(with_numpy, jax.ShapeDtypeStruct((), jnp.float32), x, n)

# %% wrong: prints the result -> Is one number returned
def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    jax.debug.print("{}", jnp.sum(logs / (1 + i)) / jnp.maximum(jnp.sum(use / (1 + i)), 1e-30))

# %% wrong: slice is still there -> must be known while tracing, and depends on n
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
