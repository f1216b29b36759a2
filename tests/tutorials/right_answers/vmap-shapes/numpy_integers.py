predicted_shapes = {np.int64(1): tuple(np.array([3, 4, 5])), 2: np.array([4, 3, 5]), 3: "raises ValueError", 4: jnp.array([4, 5, 3]), 5: "RAISES", 6: (3, 6, 4, 5)}
