# %% right: another order
predicted_factors = dict.fromkeys(["error twice", "batch twice"])
predicted_factors["error twice"] = dict(norm=1, sum=2, mean=2)
predicted_factors["batch twice"] = dict(norm=2 / 2**0.5, sum=2, mean=2 / 2)

# %% right: computed
predicted_factors = {"batch twice": {}, "error twice": {}}
for name, reduce in reductions.items():

    def loss(params, x, y, reduce=reduce):
        return reduce(network.apply(params, x) - y)

    def length(tree):
        return jnp.sqrt(sum((leaf**2).sum() for leaf in jax.tree.leaves(tree)))

    doubled = jnp.concatenate([inputs, inputs]), jnp.concatenate([targets, targets])
    slopes = jax.grad(loss)(start, inputs, targets)
    predicted_factors["batch twice"][name] = length(jax.grad(loss)(start, *doubled)) / length(slopes)
    predicted_factors["error twice"][name] = length(jax.grad(reduce)(2 * error)) / length(jax.grad(reduce)(error))

# %% right: jax numbers
predicted_factors = {
    "batch twice": {"sum": jnp.array(2), "mean": jnp.ones(()), "norm": jnp.sqrt(2)},
    "error twice": {"sum": np.float32(2), "mean": 2, "norm": np.int64(1)},
}

# %% wrong: cases swapped
predicted_factors = {
    "error twice": {"sum": 2, "mean": 1, "norm": 2**0.5},
    "batch twice": {"sum": 2, "mean": 2, "norm": 1},
}

# %% wrong: entry missing
predicted_factors = {"batch twice": {"sum": 2, "mean": 1}, "error twice": {"sum": 2, "mean": 2}}

# %% wrong: factors of the values
predicted_factors = {
    "batch twice": {"sum": 2, "mean": 1, "norm": 2**0.5},
    "error twice": {"sum": 4, "mean": 4, "norm": 2},
}

# %% wrong: left open
predicted_factors = {
    "batch twice": {"sum": ..., "mean": ..., "norm": ...},
    "error twice": {"sum": ..., "mean": ..., "norm": ...},
}

# %% wrong: mean doubles
predicted_factors = {
    "batch twice": {"sum": 2, "mean": 2, "norm": 2**0.5},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}

# %% wrong: norm as the sum
predicted_factors = {
    "batch twice": {"sum": 2, "mean": 1, "norm": 2},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}

# %% wrong: norm with its error
predicted_factors = {
    "batch twice": {"sum": 2, "mean": 1, "norm": 2**0.5},
    "error twice": {"sum": 2, "mean": 2, "norm": 2},
}

# %% wrong: one dictionary
predicted_factors = {"sum": 2, "mean": 1, "norm": 2**0.5}

# %% wrong: one over
predicted_factors = {
    "batch twice": {"sum": 1 / 2, "mean": 1, "norm": 0.5**0.5},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}
