rates = {
    "factors": {0.05: np.float32(0.5), 0.15: jnp.array(-0.5), 0.25: np.array([-1.5])},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 2e-3, "y times 10": 2e-1, "rows twice": 2e-1},
}
