def storm_rain(x):
    day = jax.lax.while_loop(lambda d: (d < len(x)) & ~(x.at[d].get(mode="fill", fill_value=9.0) > 5), lambda d: d + 1, 0)
    return jnp.take(x, day) + jnp.take(x, day + 1)
