def simulate(start, stiffness, steps):
    def step(state, _):
        x, v = state
        v = v + 0.01 * (-stiffness * x - 0.1 * v)
        state = jnp.stack([x + 0.01 * v, v])
        return state, state

    _, states = jax.lax.scan(step, jnp.asarray(start), None, length=steps)
    return states[:, 0]
