def flatten(x):
    return jnp.ravel(x)[None]


def histogram(tokens, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(1.0)


network = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(flatten(x))))


def square_error(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)
