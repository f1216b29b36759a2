def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        velocity = velocity - 0.01 * stiffness * position
        position = position + 0.01 * velocity
        return (position, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]
