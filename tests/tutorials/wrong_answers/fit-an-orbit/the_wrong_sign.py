def orbit(mean, eccentricity):
    angle = jax.lax.stop_gradient(kepler(*jax.lax.stop_gradient((mean, eccentricity))))
    error = angle - eccentricity * jnp.sin(angle) - mean
    return angle + error / (1 - eccentricity * jnp.cos(angle))
