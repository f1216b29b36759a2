def orbit(mean, eccentricity):
    return jax.lax.stop_gradient(kepler(*jax.lax.stop_gradient((mean, eccentricity))))
