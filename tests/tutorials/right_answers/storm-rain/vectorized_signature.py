storm_rain = jnp.vectorize(
    lambda x: jnp.where((x > 5).any(), (x + jnp.append(x[1:], jnp.nan))[jnp.argmax(x > 5)], jnp.nan),
    signature="(t)->()",
)
