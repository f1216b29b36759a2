def storm_rain(x):
    def search(x):
        for day, amount in enumerate(x):
            if amount > 5:
                return np.float32(amount + x[day + 1] if day + 1 < len(x) else np.nan)
        return np.float32(np.nan)

    return jax.pure_callback(search, jax.ShapeDtypeStruct((), jnp.float32), x, vmap_method="sequential")
