def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, size):
    counts = np.zeros(size, np.float32)
    np.add.at(counts, tokens, 1.0)
    return counts


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)
