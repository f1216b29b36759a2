def storm_rain(x):
    day = jnp.argmax(x)
    return jnp.where(x[day] > 5, x[day] + x.at[day + 1].get(mode="fill", fill_value=jnp.nan), jnp.nan)
