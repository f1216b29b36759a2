predicted_gradients = {
    "A": {"w": jnp.zeros((3, 2)), "b": jnp.zeros(3), "mask": None},
    "B": jnp.zeros(2), "C": (jnp.zeros(2),), "D": "fails", "E": (jnp.float32(0.0), jnp.zeros(2)),
    "F": "fails", "G": jnp.zeros(2), "H": np.zeros((3, 2)),
}
