# %% right: custom_jvp
@jax.custom_jvp
def orbit(m, e):
    return kepler(m, e)


@orbit.defjvp
def orbit_rule(primals, tangents):
    (m, e), (dm, de) = primals, tangents
    angle = orbit(m, e)
    return angle, (dm + jnp.sin(angle) * de) / (1 - e * jnp.cos(angle))

# %% right: unrolled
def orbit(mean, eccentricity):
    def newton(angle, _):
        error = angle - eccentricity * jnp.sin(angle) - mean
        return angle - error / (1 - eccentricity * jnp.cos(angle)), None

    start = jnp.pi * jnp.sign(mean)
    return jax.lax.scan(newton, start, length=40)[0]

# %% right: custom root
def orbit(mean, eccentricity):
    return jax.lax.custom_root(
        lambda angle: angle - eccentricity * jnp.sin(angle) - mean,
        mean,
        lambda equation, guess: kepler(mean, eccentricity),
        lambda linear, y: y / linear(jnp.ones_like(y)),
    )

# %% right: custom vjp
@jax.custom_vjp
def orbit(mean, eccentricity):
    return kepler(mean, eccentricity)


def orbit_forward(mean, eccentricity):
    angle = orbit(mean, eccentricity)
    return angle, (angle, eccentricity)


def orbit_backward(kept, cotangent):
    angle, eccentricity = kept
    by_mean = cotangent / (1 - eccentricity * jnp.cos(angle))
    return by_mean, by_mean * jnp.sin(angle)


orbit.defvjp(orbit_forward, orbit_backward)

# %% right: two steps with one slope
def orbit(mean, eccentricity):
    given = jax.lax.stop_gradient((mean, eccentricity))
    angle = start = jax.lax.stop_gradient(kepler(*given))
    for _ in range(2):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - given[1] * jnp.cos(start))
    return angle

# %% wrong: whole newton step
def orbit(mean, eccentricity):
    E = jax.lax.stop_gradient(kepler(*map(jax.lax.stop_gradient, (mean, eccentricity))))
    return E - (E - eccentricity * jnp.sin(E) - mean) / (1 - eccentricity * jnp.cos(E))

# %% wrong: one step with a constant slope
def orbit(mean, eccentricity):
    angle = kepler(*jax.lax.stop_gradient((mean, eccentricity)))
    angle = jax.lax.stop_gradient(angle)
    error = angle - eccentricity * jnp.sin(angle) - mean
    return angle - error / jax.lax.stop_gradient(1 - eccentricity * jnp.cos(angle))

# %% wrong: a rule that keeps the angle as a constant
@jax.custom_vjp
def orbit(mean, eccentricity):
    return kepler(mean, eccentricity)


def orbit_forward(mean, eccentricity):
    angle = kepler(*jax.lax.stop_gradient((mean, eccentricity)))
    return angle, (jax.lax.stop_gradient(angle), eccentricity)


def orbit_backward(kept, cotangent):
    angle, eccentricity = kept
    by_mean = cotangent / (1 - eccentricity * jnp.cos(angle))
    return by_mean, by_mean * jnp.sin(angle)


orbit.defvjp(orbit_forward, orbit_backward)

# %% wrong: a python loop
def orbit(mean, eccentricity):
    angle, step = mean, 1.0
    while abs(step) > 1e-5:
        step = (angle - eccentricity * jnp.sin(angle) - mean) / (1 - eccentricity * jnp.cos(angle))
        angle = angle - step
    return angle

# %% wrong: all constant
def orbit(mean, eccentricity):
    return jax.lax.stop_gradient(kepler(*jax.lax.stop_gradient((mean, eccentricity))))

# %% wrong: only eccentricity
def orbit(mean, eccentricity):
    m = jax.lax.stop_gradient(mean)
    angle = jax.lax.stop_gradient(kepler(m, jax.lax.stop_gradient(eccentricity)))
    error = angle - eccentricity * jnp.sin(angle) - m
    return angle - error / (1 - eccentricity * jnp.cos(angle))

# %% wrong: only mean
def orbit(mean, eccentricity):
    e = jax.lax.stop_gradient(eccentricity)
    angle = jax.lax.stop_gradient(kepler(jax.lax.stop_gradient(mean), e))
    return angle - (angle - e * jnp.sin(angle) - mean) / (1 - e * jnp.cos(angle))

# %% wrong: the loop itself
def orbit(mean, eccentricity):
    return kepler(mean, eccentricity)

# %% wrong: the wrong sign
def orbit(mean, eccentricity):
    angle = jax.lax.stop_gradient(kepler(*jax.lax.stop_gradient((mean, eccentricity))))
    error = angle - eccentricity * jnp.sin(angle) - mean
    return angle + error / (1 - eccentricity * jnp.cos(angle))

# %% wrong: three steps
def orbit(mean, eccentricity):
    angle = mean
    for _ in range(3):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - eccentricity * jnp.cos(angle))
    return angle

# %% wrong: without the denominator
def orbit(mean, eccentricity):
    angle = jax.lax.stop_gradient(kepler(*jax.lax.stop_gradient((mean, eccentricity))))
    return angle - (angle - eccentricity * jnp.sin(angle) - mean)
