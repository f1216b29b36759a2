# %% right: a vector as state
def simulate(start, stiffness, steps):
    def step(state, _):
        x, v = state
        v = v + 0.01 * (-stiffness * x - 0.1 * v)
        state = jnp.stack([x + 0.01 * v, v])
        return state, state[0]

    def block(state, length):
        return jax.checkpoint(lambda state: jax.lax.scan(step, state, length=length))(state)

    whole, rest = divmod(steps, 150)
    state, first = jax.lax.scan(lambda s, _: block(s, 150), jnp.asarray(start), length=whole)
    return jnp.append(first, block(state, rest)[1])

# %% right: blocks only where there are any, and a rest only where there is one
def simulate(start, stiffness, steps):
    def step(state, _):
        position, velocity = state
        velocity += 0.01 * (-stiffness * position - 0.1 * velocity)
        position += 0.01 * velocity
        return (position, velocity), position

    def run(length):
        return jax.checkpoint(lambda state, _: jax.lax.scan(step, state, length=length))

    state, seen = (start[0], start[1]), []
    whole, rest = divmod(steps, 100)
    if whole:
        state, positions = jax.lax.scan(run(100), state, length=whole)
        seen.append(positions.ravel())
    if rest:
        seen.append(run(rest)(state, None)[1])
    return jnp.concatenate(seen)

# %% right: fori_loop
def simulate(start, stiffness, steps):
    def body(i, carry):
        position, velocity, seen = carry
        velocity = velocity - 0.01 * (stiffness * position + 0.1 * velocity)
        position = position + 0.01 * velocity
        return position, velocity, seen.at[i].set(position)

    def rounds(state, _):
        *state, seen = jax.lax.fori_loop(0, 80, body, (*state, jnp.zeros(80)))
        return tuple(state), seen

    step = jax.checkpoint(rounds)
    return jnp.concatenate(jax.lax.scan(step, tuple(start), None, steps // 80 + 1)[1])[:steps]

# %% wrong: no friction -> there is no friction.
force = -stiffness * position - 0.1 * velocity
# becomes
force = -stiffness * position

# %% wrong: the position moves first -> In which order are velocity and position changed?
velocity = velocity + 0.01 * force
position = position + 0.01 * velocity
# becomes
position = position + 0.01 * velocity
velocity = velocity + 0.01 * force

# %% wrong: from rest -> the velocity of start is left out.
(start[0], start[1])
# becomes
(start[0], jnp.zeros_like(start[1]))

# %% wrong: collected before the step -> the start is among the positions.
return (position, velocity), position
# becomes
return (position, velocity), state[0]

# %% wrong: the last position alone -> that is the last position alone.
return positions.ravel()[:steps]
# becomes
return positions.ravel()[steps - 1]

# %% wrong: it stops after 5,000 steps
rounds = -(-steps // 100)
# becomes
rounds = min(50, -(-steps // 100))

# %% wrong: a loop of Python -> is there a loop of Python?
rounds = -(-steps // 100)
_, positions = jax.lax.scan(hundred, (start[0], start[1]), length=rounds)
return positions.ravel()[:steps]
# becomes
state, seen = (start[0], start[1]), []
for _ in range(steps):
    state, position = move(state, None)
    seen.append(position)
return jnp.stack(seen)

# %% wrong: a constant -> it is 0: is stiffness a constant?
-stiffness * position
# becomes
-jax.lax.stop_gradient(stiffness) * position

# %% wrong: a float -> Is stiffness, a tracer, made a number
-stiffness * position
# becomes
-float(stiffness) * position

# %% wrong: all is kept -> what is kept for each step, and not for a block?
@jax.checkpoint
# becomes

# %% wrong: each step again, alone -> what is kept for each step, and not for a block?
@jax.checkpoint
def hundred(state, _):
return jax.lax.scan(move, state, length=100)
# becomes
def hundred(state, _):
    return jax.lax.scan(jax.checkpoint(move), state, length=100)

# %% wrong: whole hundreds -> is the last block of steps there, and cut?
positions.ravel()[:steps]
# becomes
positions.ravel()

# %% wrong: the last round is lost -> is the last block of steps there, and cut?
-(-steps // 100)
# becomes
max(1, steps // 100)

# %% wrong: while_loop -> Which loops of JAX have a gradient?
def simulate(start, stiffness, steps):
    def body(carry):
        i, position, velocity, seen = carry
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        position = position + 0.01 * velocity
        return i + 1, position, velocity, seen.at[i].set(position)

    start = 0, start[0], start[1], jnp.zeros(steps)
    return jax.lax.while_loop(lambda carry: carry[0] < steps, body, start)[3]

# %% wrong: a loop of Python over blocks of 3,000 -> is there a loop of Python over blocks?
def simulate(start, stiffness, steps):
    def step(state, _):
        position, velocity = state
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        position = position + 0.01 * velocity
        return (position, velocity), position

    state, seen = (start[0], start[1]), []
    for first in range(0, steps, 3000):
        length = min(3000, steps - first)
        run = jax.checkpoint(lambda state, k=length: jax.lax.scan(step, state, length=k))
        state, positions = run(state)
        seen.append(positions)
    return jnp.concatenate(seen)

# %% wrong: its own rule, for a plain sum -> the gradient by stiffness
def simulate(start, stiffness, steps):
    def run(stiffness):
        def step(state, _):
            position, velocity = state
            velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
            position = position + 0.01 * velocity
            return (position, velocity), position

        return jax.lax.scan(step, (start[0], start[1]), length=steps)[1]

    @jax.custom_vjp
    def positions_of(stiffness):
        return run(stiffness)

    def forward(stiffness):  # by stiffness alone, forward, so that nothing is kept
        positions, slopes = jax.jvp(run, (stiffness,), (jnp.ones_like(stiffness),))
        return positions, slopes.mean()

    def backward(slope, weights):
        return (slope * weights.sum(),)

    positions_of.defvjp(forward, backward)
    return positions_of(stiffness)

# %% wrong: a formula for a spring that swings -> Does a formula hold for every stiffness
def simulate(start, stiffness, steps):
    @jax.checkpoint
    def positions_of(start, stiffness):
        # position[n+1] = trace * position[n] - det * position[n-1]
        det = 1 - 0.001
        half = (2 - 0.001 - 0.0001 * stiffness) / 2  # half of the trace
        # det - half**2, without differences of numbers near 1
        e = (0.001 + 0.0001 * stiffness) / 2
        high = jnp.sqrt(2 * e - e**2 - 0.001)
        angle = jnp.arctan2(high, half)
        n = jnp.arange(1, steps + 1)
        shrink = jnp.exp(0.5 * n * np.log(det))
        position, velocity = start
        force = -stiffness * position - 0.1 * velocity
        first = position + 0.01 * (velocity + 0.01 * force)
        along = (first - half * position) / high
        return shrink * (position * jnp.cos(n * angle) + along * jnp.sin(n * angle))

    return positions_of(start, stiffness)
