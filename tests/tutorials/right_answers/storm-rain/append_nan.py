def storm_rain(x):
    two = x + jnp.append(x[1:], jnp.nan)
    return jnp.where(jnp.any(x > 5), two[jnp.argmax(x > 5)], jnp.nan)
