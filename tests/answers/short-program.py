# %% right: a vector as state
def simulate(start, stiffness, steps):
    def step(state, _):
        x, v = state
        v = v + 0.01 * (-stiffness * x - 0.1 * v)
        state = jnp.stack([x + 0.01 * v, v])
        return state, state

    _, states = jax.lax.scan(step, jnp.asarray(start), None, length=steps)
    return states[:, 0]

# %% right: fori_loop
def simulate(start, stiffness, steps):
    def body(i, carry):
        position, velocity, positions = carry
        velocity = velocity - 0.01 * (stiffness * position + 0.1 * velocity)
        position = position + 0.01 * velocity
        return position, velocity, positions.at[i].set(position)

    return jax.lax.fori_loop(0, steps, body, (start[0], start[1], jnp.zeros(steps)))[2]

# %% breaks: Define `simulate(start, stiffness, steps)` | no friction
force = -stiffness * position - 0.1 * velocity
# becomes
force = -stiffness * position

# %% breaks: Define `simulate(start, stiffness, steps)` | the position moves first
velocity = velocity + 0.01 * force
position = position + 0.01 * velocity
# becomes
position = position + 0.01 * velocity
velocity = velocity + 0.01 * force

# %% breaks: Define `simulate(start, stiffness, steps)` | from rest
(start[0], start[1])
# becomes
(start[0], jnp.zeros_like(start[1]))

# %% breaks: Define `simulate(start, stiffness, steps)` | collected before the step
return (position, velocity), position
# becomes
return (position, velocity), state[0]

# %% breaks: Define `simulate(start, stiffness, steps)` | the last position alone
length=steps)[1]
# becomes
length=steps)[0][0]

# %% breaks: Define `simulate(start, stiffness, steps)` | it stops after 5,000 steps
return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]
# becomes
seen = jax.lax.scan(move, (start[0], start[1]), length=min(steps, 5000))[1]
return jnp.pad(seen, (0, max(0, steps - 5000)))

# %% breaks: Define `simulate(start, stiffness, steps)` | a loop of Python
return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]
# becomes
state, seen = (start[0], start[1]), []
for _ in range(steps):
    state, position = move(state, None)
    seen.append(position)
return jnp.stack(seen)

# %% breaks: It must be differentiable with respect to | a constant
-stiffness * position
# becomes
-jax.lax.stop_gradient(stiffness) * position

# %% breaks: It must be differentiable with respect to | a float
-stiffness * position
# becomes
-float(stiffness) * position

# %% asks nothing
# This code simulates a ball
# With 10,000 steps it compiles

# %% wrong: while_loop
def simulate(start, stiffness, steps):
    def body(carry):
        i, position, velocity, seen = carry
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        position = position + 0.01 * velocity
        return i + 1, position, velocity, seen.at[i].set(position)

    start = 0, start[0], start[1], jnp.zeros(steps)
    return jax.lax.while_loop(lambda carry: carry[0] < steps, body, start)[3]
