def simulate(start, stiffness, steps):
    def body(carry):
        i, position, velocity, seen = carry
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        position = position + 0.01 * velocity
        return i + 1, position, velocity, seen.at[i].set(position)

    start = 0, start[0], start[1], jnp.zeros(steps)
    return jax.lax.while_loop(lambda carry: carry[0] < steps, body, start)[3]
