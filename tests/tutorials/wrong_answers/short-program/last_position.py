def simulate(start, stiffness, steps):
    def body(_, state):
        position, velocity = state
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        return position + 0.01 * velocity, velocity

    return jax.lax.fori_loop(0, steps, body, (start[0], start[1]))[0]
