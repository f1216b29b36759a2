def orbit(mean, eccentricity):
    angle, step = mean, 1.0
    while abs(step) > 1e-5:
        step = (angle - eccentricity * jnp.sin(angle) - mean) / (1 - eccentricity * jnp.cos(angle))
        angle = angle - step
    return angle
