def orbit(mean, eccentricity):
    E = jax.lax.stop_gradient(kepler(*map(jax.lax.stop_gradient, (mean, eccentricity))))
    return E - (E - eccentricity * jnp.sin(E) - mean) / (1 - eccentricity * jnp.cos(E))
