def storm_rain(x):
    try:
        for day in range(len(x) - 1):
            if x[day] > 5.0:
                return x[day] + x[day + 1]
    except Exception:
        pass
    return jnp.nan
