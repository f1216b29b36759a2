def storm_rain(x):
    day = jnp.argmax(x > 5.0)
    return {"day": day, "rain": x[day] + jnp.take(x, day + 1)}
