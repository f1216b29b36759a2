predicted_tree = {
    "linear": {"w": jnp.zeros((3, 16)), "b": jnp.zeros(16)},
    "linear_1": {"w": jnp.zeros((16, 8)), "b": jnp.zeros(8)},
    "gate": {"w": jnp.zeros((8, 8))},
    "linear_2": {"w": jnp.zeros((16, 1)), "b": jnp.zeros(1)},
}
