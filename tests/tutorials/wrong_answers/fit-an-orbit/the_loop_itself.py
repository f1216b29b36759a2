def orbit(mean, eccentricity):
    return kepler(mean, eccentricity)
