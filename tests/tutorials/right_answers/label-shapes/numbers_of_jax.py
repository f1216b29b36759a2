predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": jnp.mean(jnp.array([.75,.25,.75,.75])),
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": jnp.uint8(255),
}
