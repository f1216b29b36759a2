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

# %% right: two steps with one slope
def orbit(mean, eccentricity):
    given = jax.lax.stop_gradient((mean, eccentricity))
    angle = start = jax.lax.stop_gradient(kepler(*given))
    for _ in range(2):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - given[1] * jnp.cos(start))
    return angle

# %% wrong: few steps of Newton from the mean, enough for the places of the check -> Does the solver arrive
def orbit(mean, eccentricity):
    angle = mean + eccentricity * jnp.sin(mean) / (
        1 - jnp.sin(mean + eccentricity) + jnp.sin(mean)
    )
    for _ in range(3):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - eccentricity * jnp.cos(angle))
    return angle

# %% wrong: eccentricity must be an array -> has no attribute 'astype'
def orbit(mean, eccentricity):
    eccentricity = eccentricity.astype(mean.dtype)
    held = jax.lax.stop_gradient((mean, eccentricity))
    angle = jax.lax.stop_gradient(kepler(*held))
    for _ in range(2):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - eccentricity * jnp.cos(angle))
    return angle

# %% wrong: in one turn -> an angle below 0 stays below 0
return angle
# becomes
return angle % (2 * jnp.pi)

# %% wrong: the other order
def orbit(mean, eccentricity):
# becomes
def orbit(eccentricity, mean):

# %% wrong: no derivative -> nothing comes through to the arguments
return angle
# becomes
return jax.lax.stop_gradient(angle)

# %% wrong: forward mode only -> A while loop has no reverse mode
return angle
# becomes
return kepler(mean, eccentricity)

# %% wrong: first order only -> which is right to first order only
range(2)
# becomes
range(1)

# %% wrong: without mean -> only eccentricity has a gradient
jnp.sin(angle) - mean
# becomes
jnp.sin(angle) - jax.lax.stop_gradient(mean)

# %% wrong: without eccentricity -> only mean has a gradient
for _ in range(2):
# becomes
eccentricity = jax.lax.stop_gradient(eccentricity)
for _ in range(2):

# %% wrong: the other sign -> the gradient points the other way
for _ in range(2):
    error = angle - eccentricity * jnp.sin(angle) - mean
    angle = angle - error
# becomes
for _ in range(1):
    error = angle - eccentricity * jnp.sin(angle) - mean
    angle = angle + error

# %% wrong: no denominator -> the equation is not solved for the change of the angle
for _ in range(2):
    error = angle - eccentricity * jnp.sin(angle) - mean
    angle = angle - error / (1 - eccentricity * jnp.cos(angle))
# becomes
angle = angle - (angle - eccentricity * jnp.sin(angle) - mean)

# %% wrong: an if -> no float(), NumPy, `if` or `while`
for _ in range(2):
# becomes
if eccentricity == 0:
    return mean
for _ in range(2):

# %% wrong: from 0 up
kepler(*jax.lax.stop_gradient((mean, eccentricity)))
# becomes
kepler(*jax.lax.stop_gradient((jnp.abs(mean), eccentricity)))

# %% wrong: almost circles
kepler(*jax.lax.stop_gradient((mean, eccentricity)))
# becomes
mean + eccentricity * jnp.sin(mean)

# %% wrong: a denominator of at least 0.15 -> For mean 0 and eccentricity 0.9, the gradient
(1 - eccentricity * jnp.cos(angle))
# becomes
jnp.maximum(1 - eccentricity * jnp.cos(angle), 0.15)

# %% wrong: no circles -> is something divided by what may be 0?
error = angle - eccentricity * jnp.sin(angle) - mean
# becomes
error = eccentricity * ((angle - mean) / eccentricity - jnp.sin(angle))

# %% wrong: one step with a constant slope -> to which order is your formula right?
def orbit(mean, eccentricity):
    angle = kepler(*jax.lax.stop_gradient((mean, eccentricity)))
    angle = jax.lax.stop_gradient(angle)
    error = angle - eccentricity * jnp.sin(angle) - mean
    return angle - error / jax.lax.stop_gradient(1 - eccentricity * jnp.cos(angle))

# %% wrong: a rule that keeps the angle as a constant -> the angle is held as a constant
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

# %% wrong: a python loop -> no float(), NumPy, `if` or `while`
def orbit(mean, eccentricity):
    angle, step = mean, 1.0
    while abs(step) > 1e-5:
        step = (angle - eccentricity * jnp.sin(angle) - mean) / (1 - eccentricity * jnp.cos(angle))
        angle = angle - step
    return angle
