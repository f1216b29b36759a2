def storm_rain(x):
    result = jnp.nan
    for day in range(len(x)):
        following = x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
        result = jnp.where(x[day] > 5.0, x[day] + following, result)
    return result
