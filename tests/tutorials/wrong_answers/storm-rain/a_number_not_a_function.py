storm_rain = jnp.where(week[0] > 5, week[0], jnp.nan).max()
