def orbit(mean, eccentricity):
    angle = jax.lax.stop_gradient(kepler(*jax.lax.stop_gradient((mean, eccentricity))))
    return angle - (angle - eccentricity * jnp.sin(angle) - mean)
