def flatten(x):
    return jnp.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


def histogram(tokens, size):
    counts = np.zeros(size, np.float32)
    return jnp.asarray(counts).at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)
