def storm_rain(x):
    result = jnp.nan
    padded = jnp.concatenate([x, jnp.array([jnp.nan])])
    for day in reversed(range(len(x))):
        result = jnp.where(x[day] > 5.0, x[day] + padded[day + 1], result)
    return result
