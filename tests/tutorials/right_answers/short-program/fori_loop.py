def simulate(start, stiffness, steps):
    def body(i, carry):
        position, velocity, positions = carry
        velocity = velocity - 0.01 * (stiffness * position + 0.1 * velocity)
        position = position + 0.01 * velocity
        return position, velocity, positions.at[i].set(position)

    return jax.lax.fori_loop(0, steps, body, (start[0], start[1], jnp.zeros(steps)))[2]
