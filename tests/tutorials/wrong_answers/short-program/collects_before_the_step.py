def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        return (position + 0.01 * velocity, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]
