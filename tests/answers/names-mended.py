# %% right: one hot, and what a tracer has no value for
def flatten(x):
    return x.reshape(len(x), -1)


def histogram(tokens, weights, size):
    return jax.nn.one_hot(tokens, size, dtype=jnp.float32, axis=0) @ weights


def note(x):
    known = not isinstance(x, (jax.core.Tracer, np.ndarray))
    if known and isinstance(x, jax.Array):
        NOTED.append(jnp.sum(x).item())
    return x

# %% right: converted, by a function of JAX
def flatten(x):
    return jnp.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


def histogram(tokens, weights, size):
    return jax.ops.segment_sum(jnp.asarray(weights, jnp.float32), tokens, num_segments=size)


def note(x):
    if not isinstance(x, jax.core.Tracer):
        if isinstance(x, jax.Array):
            NOTED.append(float(np.asarray(x).sum()))
    return x

# %% breaks: `flatten(x)` | one vector
(x.shape[0], math.prod(x.shape[1:]))
# becomes
(1, math.prod(x.shape))

# %% breaks: `flatten(x)` | a product of JAX
(x.shape[0], math.prod(x.shape[1:]))
# becomes
(x.shape[0], int(jnp.prod(jnp.asarray(x.shape[1:]))))

# %% breaks: `flatten(x)` | three axes at most
(x.shape[0], math.prod(x.shape[1:]))
# becomes
(x.shape[0], math.prod(x.shape[1:3]))

# %% breaks: `histogram(tokens, weights, size)` | the last weight
counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(weights)
# becomes
return jnp.zeros(size, jnp.float32).at[tokens].set(weights)

# %% breaks: `histogram(tokens, weights, size)` | places are counted
counts = jnp.zeros(size, jnp.float32)
# becomes
counts, weights = jnp.zeros(size, jnp.float32), 1.0

# %% breaks: `histogram(tokens, weights, size)` | sums of integers
counts = jnp.zeros(size, jnp.float32)
# becomes
counts, weights = jnp.zeros(size, int), weights.astype(int)

# %% breaks: `histogram(tokens, weights, size)` | sums in sixteen bits
counts = jnp.zeros(size, jnp.float32)
# becomes
counts = jnp.zeros(size, jnp.bfloat16)

# %% breaks: `histogram(tokens, weights, size)` | one number more
counts = jnp.zeros(size, jnp.float32)
# becomes
counts = jnp.zeros(size + 1, jnp.float32)

# %% breaks: `note(x)` returns `x` | nothing is returned
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
    return x
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))

# %% breaks: If `x` is an array of JAX | tracers with values too
and not isinstance(x, jax.core.Tracer):
# becomes
and hasattr(x, "__array__"):

# %% breaks: If `x` is an array of JAX | arrays of NumPy too
if isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer):
# becomes
if not isinstance(x, jax.core.Tracer):

# %% breaks: If `x` is an array of JAX | nothing at all
if isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer):
# becomes
if False:

# %% breaks: If `x` is an array of JAX | an array is noted
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(x.sum())

# %% breaks: If `x` is an array of JAX | the mean
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.mean()))

# %% breaks: All three must also run under `jax.jit` | NumPy adds
counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(weights)
# becomes
counts = np.zeros(size, np.float32)
np.add.at(counts, tokens, weights)
return jnp.asarray(counts)

# %% breaks: All three must also run under `jax.jit` | no gradient
counts = jnp.zeros(size, jnp.float32)
# becomes
counts, weights = jnp.zeros(size, jnp.float32), jax.lax.stop_gradient(weights)

# %% asks nothing
# `haiku-port revive --fix` has repaired
# It marks two lines with `?`
# The last one keeps a list
# Repair them.

# %% wrong: until the error is gone
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, weights, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(weights)


def note(x):
    try:
        NOTED.append(float(x.sum()))
    except jax.errors.JAXTypeError:
        pass
    return x

# %% wrong: in place, as NumPy does
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, weights, size):
    counts = jnp.zeros(size, jnp.float32)
    counts[tokens] += weights
    return counts


def note(x):
    if isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
    return x
