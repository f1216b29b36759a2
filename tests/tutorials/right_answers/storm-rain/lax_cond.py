def storm_rain(x):
    day = jnp.argmax(x > 5.0)
    fine = (x > 5.0).any() & (day < len(x) - 1)
    return jax.lax.cond(fine, lambda: x[day] + x[day + 1], lambda: jnp.nan)
