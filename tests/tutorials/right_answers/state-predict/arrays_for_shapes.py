ema = {"hidden": jnp.zeros((1, 3)), "average": jnp.zeros((1, 3)), "counter": jnp.zeros(())}
predicted_state = {"shapes": {"~": {"calls": np.array(0)}, "norm/~/mean_ema": ema, "norm/~/var_ema": ema}}
predicted_state |= {"calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}
