def mean_log(x, n):
    def with_numpy(x, n):
        use = (np.arange(len(x)) < n) & (x > 0)
        weights = use / np.arange(1, len(x) + 1)
        return np.float32(weights @ np.log(np.where(use, x, 1)) / (weights.sum() or 1.0))

    return jax.pure_callback(with_numpy, jax.ShapeDtypeStruct((), jnp.float32), x, n)
