def storm_rain(x):
    for day in range(len(x)):
        if x[day] > 5.0:
            return x[day] + x[day + 1]
    return jnp.nan
