def storm_rain(x):
    days = jnp.where(x > 5, jnp.arange(len(x)), len(x))
    day = jnp.min(days)
    return jnp.take(x, day) + jnp.take(x, day + 1)
