def storm_rain(x):
    day = int(jnp.argmax(x > 5.0))
    if day == len(x) - 1:
        return jnp.nan
    return x[day] + x[day + 1]
