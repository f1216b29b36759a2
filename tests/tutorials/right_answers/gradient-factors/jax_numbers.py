predicted_factors = {
    "batch twice": {"sum": jnp.array(2), "mean": jnp.ones(()), "norm": jnp.sqrt(2)},
    "error twice": {"sum": np.float32(2), "mean": 2, "norm": np.int64(1)},
}
