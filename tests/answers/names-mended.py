# %% right: converted array
def flatten(x):
    return jnp.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


def histogram(tokens, size):
    counts = np.zeros(size, np.float32)
    return jnp.asarray(counts).at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% right: none as the key
def flatten(x):
    return x.reshape(x.shape[0], -1)


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.transform(lambda x: hk.Linear(2)(flatten(x)))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, None, x) - y) ** 2)

# %% right: one hot
def flatten(x):
    return x.reshape(len(x), -1)


def histogram(tokens, size):
    return jax.nn.one_hot(tokens, size, dtype=jnp.float32).sum(axis=0)


network = hk.transform(lambda x: hk.Linear(2)(flatten(x)))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, jax.random.key(0), x) - y) ** 2)

# %% wrong: apply as it was
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.transform(lambda x: hk.Linear(2)(flatten(x)))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: flatten as it was
def flatten(x):
    return jnp.reshape(x, (x.shape[0], jnp.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: flatten everything
def flatten(x):
    return jnp.ravel(x)[None]


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: flatten with a traced size
def flatten(x):
    return jnp.reshape(x, (x.shape[0], int(jnp.prod(jnp.asarray(x.shape[1:])))))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: histogram as it was
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = np.zeros(size, np.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: histogram in place
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    counts[tokens] += 1.0
    return counts


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: histogram not kept
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    counts.at[tokens].add(1.0)
    return counts


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: histogram of integers
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, int)
    return counts.at[tokens].add(1)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: histogram of numpy
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = np.zeros(size, np.float32)
    np.add.at(counts, tokens, 1.0)
    return counts


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: histogram set
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].set(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: network with other parameters
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(3)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((flatten(x) @ params["linear"]["w"] + params["linear"]["b"] - y) ** 2)

# %% wrong: params without a key first
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.transform(lambda x: hk.Linear(2)(flatten(x)))


def square_error(params, x, y):
    return jnp.mean((network.apply(None, params, x) - y) ** 2)

# %% wrong: sixteen bit counts
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.bfloat16)
    return counts.at[tokens].add(1.0).astype(jnp.float32)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)

# %% wrong: sum of errors
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.sum((network.apply(params, x) - y) ** 2)
