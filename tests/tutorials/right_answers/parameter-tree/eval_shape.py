predicted_tree = jax.eval_shape(hk.transform(tree_net).init, jax.random.key(0), jnp.ones((20, 3)))
