def orbit(mean, eccentricity):
    def newton(angle, _):
        error = angle - eccentricity * jnp.sin(angle) - mean
        return angle - error / (1 - eccentricity * jnp.cos(angle)), None

    start = jnp.pi * jnp.sign(mean)
    return jax.lax.scan(newton, start, length=40)[0]
