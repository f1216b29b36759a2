a, b, c = jnp.ones(3), jnp.ones((3, 4)), 5
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: "raises", 4: (4, 5, 3), 5: "raises", 6: (3, 6, 4, 5)}
