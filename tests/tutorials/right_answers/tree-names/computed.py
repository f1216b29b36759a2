predicted_names = jax.tree.map(jnp.shape, hk.transform(lambda x: Compare()(x)).init(key, x))
