def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        force = -stiffness * position - 0.1 * velocity
        position = position + 0.01 * velocity
        velocity = velocity + 0.01 * force
        return (position, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]
