def storm_rain(x):
    day = 0
    while day < len(x) and x[day] <= 5.0:
        day += 1
    return jnp.take(x, day) + jnp.take(x, day + 1)
