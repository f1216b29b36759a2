factors = {r: 1 - r * jax.grad(jax.grad(line_loss))(0.0, line_x, line_y) for r in (0.05, 0.15, 0.25)}
limits = {"rows twice": jnp.array([0.2]), "y times 10": np.float32(0.2), "x times 10": 2e-3, "sum": 1e-1, "as it is": 1/5}
