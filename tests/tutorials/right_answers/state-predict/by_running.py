states = watched_states()
ema = [state["norm/~/mean_ema"] for state in states]
predicted_state = {
    "shapes": jax.tree.map(jnp.shape, states[0]),
    "calls": [state["~"]["calls"] for state in states],
    "counter": [entry["counter"] for entry in ema],
    "hidden": [entry["hidden"][0, 0] for entry in ema],
}
