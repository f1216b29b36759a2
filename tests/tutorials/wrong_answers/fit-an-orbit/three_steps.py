def orbit(mean, eccentricity):
    angle = mean
    for _ in range(3):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - eccentricity * jnp.cos(angle))
    return angle
