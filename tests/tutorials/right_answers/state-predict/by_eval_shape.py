_, first = jax.eval_shape(lambda: hk.transform_with_state(watched_net).init(jax.random.key(0), fours, is_training=True))
predicted_state = {"shapes": first, "calls": (0, 1, 2, 3, 2), "counter": (0, 1, 2, 2, 2), "hidden": list(jnp.array([0.0, 2.0, 5.0, 5.0, 3.0]))}
