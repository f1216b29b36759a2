# %% right: one hot, and what a tracer has no value for
def flatten(x):
    return x.reshape(len(x), -1)


def histogram(tokens, weights, size):
    return jax.nn.one_hot(tokens, size, dtype=jnp.float32, axis=0) @ weights


def note(x):
    known = not isinstance(x, (jax.core.Tracer, np.ndarray))
    if known and isinstance(x, jax.Array):
        NOTED.append(jnp.sum(x, dtype=jnp.float32).item())
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

# %% wrong: one vector -> all rows are one vector
(x.shape[0], math.prod(x.shape[1:]))
# becomes
(1, math.prod(x.shape))

# %% wrong: a product of JAX -> jnp.prod gives a tracer
(x.shape[0], math.prod(x.shape[1:]))
# becomes
(x.shape[0], int(jnp.prod(jnp.asarray(x.shape[1:]))))

# %% wrong: three axes at most -> Multiply all axes but the first
(x.shape[0], math.prod(x.shape[1:]))
# becomes
(x.shape[0], math.prod(x.shape[1:3]))

# %% wrong: the last weight -> is a weight added to the entry, or set?
counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(weights)
# becomes
return jnp.zeros(size, jnp.float32).at[tokens].set(weights)

# %% wrong: places are counted -> it does not depend on the weights
counts = jnp.zeros(size, jnp.float32)
# becomes
counts, weights = jnp.zeros(size, jnp.float32), 1.0

# %% wrong: the dtype of the weights -> has the dtype int32, not float32
counts = jnp.zeros(size, jnp.float32)
# becomes
counts = jnp.zeros(size, weights.dtype)

# %% wrong: sums in sixteen bits -> Is the array that gets the weights in float32?
counts = jnp.zeros(size, jnp.float32)
# becomes
counts = jnp.zeros(size, jnp.bfloat16)

# %% wrong: one number more -> has the shape (5,), not (4,)
counts = jnp.zeros(size, jnp.float32)
# becomes
counts = jnp.zeros(size + 1, jnp.float32)

# %% wrong: nothing is returned -> is a `return` missing?
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
    return x
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))

# %% wrong: tracers with values too -> A tracer is an array of JAX without values
and not isinstance(x, jax.core.Tracer):
# becomes
and hasattr(x, "__array__"):

# %% wrong: arrays of NumPy too -> for an array of NumPy, has the entries [0], not none
if isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer):
# becomes
if not isinstance(x, jax.core.Tracer):

# %% wrong: nothing at all -> for an array of JAX, has the entries none
if isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer):
# becomes
if False:

# %% wrong: an array is noted -> should hold floats of Python
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(x.sum())

# %% wrong: whole numbers stay integers -> should hold floats of Python
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(x.sum().item())

# %% wrong: the mean
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
# becomes
and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.mean()))

# %% wrong: NumPy adds -> can NumPy change one where JAX traces?
counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(weights)
# becomes
counts = np.zeros(size, np.float32)
np.add.at(counts, tokens, weights)
return jnp.asarray(counts)

# %% wrong: no gradient -> it does not depend on the weights
counts = jnp.zeros(size, jnp.float32)
# becomes
counts, weights = jnp.zeros(size, jnp.float32), jax.lax.stop_gradient(weights)

# %% wrong: until the error is gone -> for an array of NumPy, has the entries [0], not none
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

# %% wrong: in place, as NumPy does -> JAX arrays are immutable
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
