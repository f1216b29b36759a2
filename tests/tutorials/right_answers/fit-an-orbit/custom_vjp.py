@jax.custom_vjp
def orbit(mean, eccentricity):
    return kepler(mean, eccentricity)


def _forward(mean, eccentricity):
    angle = kepler(mean, eccentricity)
    return angle, (angle, eccentricity)


def _backward(kept, cotangent):
    angle, e = kept
    by_mean = cotangent / (1 - e * jnp.cos(angle))
    return by_mean, by_mean * jnp.sin(angle)


orbit.defvjp(_forward, _backward)
