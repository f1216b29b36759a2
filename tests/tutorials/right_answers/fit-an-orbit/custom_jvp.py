@jax.custom_jvp
def orbit(m, e):
    return kepler(m, e)


@orbit.defjvp
def orbit_rule(primals, tangents):
    (m, e), (dm, de) = primals, tangents
    angle = orbit(m, e)
    return angle, (dm + jnp.sin(angle) * de) / (1 - e * jnp.cos(angle))
