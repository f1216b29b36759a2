def flatten(x):
    return x.reshape(x.shape[0], -1)


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.transform(lambda x: hk.Linear(2)(flatten(x)))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, None, x) - y) ** 2)
