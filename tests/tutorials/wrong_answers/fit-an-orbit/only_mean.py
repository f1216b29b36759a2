def orbit(mean, eccentricity):
    e = jax.lax.stop_gradient(eccentricity)
    angle = jax.lax.stop_gradient(kepler(jax.lax.stop_gradient(mean), e))
    return angle - (angle - e * jnp.sin(angle) - mean) / (1 - e * jnp.cos(angle))
