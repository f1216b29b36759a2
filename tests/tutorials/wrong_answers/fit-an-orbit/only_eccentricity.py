def orbit(mean, eccentricity):
    m = jax.lax.stop_gradient(mean)
    angle = jax.lax.stop_gradient(kepler(m, jax.lax.stop_gradient(eccentricity)))
    error = angle - eccentricity * jnp.sin(angle) - m
    return angle - error / (1 - eccentricity * jnp.cos(angle))
