def storm_rain(x):
    heavy = x > 5
    two = x + jnp.roll(x, -1)
    return jnp.where(heavy.any(), two[jnp.argmax(heavy)], jnp.nan)
