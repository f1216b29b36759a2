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

# %% wrong: collects before the step
def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        return (position + 0.01 * velocity, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]

# %% wrong: constant stiffness
def simulate(start, stiffness, steps):
    stiffness = jax.lax.stop_gradient(stiffness)

    def move(state, _):
        position, velocity = state
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        position = position + 0.01 * velocity
        return (position, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]

# %% wrong: last position
def simulate(start, stiffness, steps):
    def body(_, state):
        position, velocity = state
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        return position + 0.01 * velocity, velocity

    return jax.lax.fori_loop(0, steps, body, (start[0], start[1]))[0]

# %% wrong: no friction
def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        velocity = velocity - 0.01 * stiffness * position
        position = position + 0.01 * velocity
        return (position, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]

# %% wrong: position first
def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        force = -stiffness * position - 0.1 * velocity
        position = position + 0.01 * velocity
        velocity = velocity + 0.01 * force
        return (position, velocity), position

    return jax.lax.scan(move, (start[0], start[1]), length=steps)[1]

# %% wrong: the loop as it was
simulate = slow_simulation

# %% wrong: while_loop
def simulate(start, stiffness, steps):
    def body(carry):
        i, position, velocity, seen = carry
        velocity = velocity + 0.01 * (-stiffness * position - 0.1 * velocity)
        position = position + 0.01 * velocity
        return i + 1, position, velocity, seen.at[i].set(position)

    start = 0, start[0], start[1], jnp.zeros(steps)
    return jax.lax.while_loop(lambda carry: carry[0] < steps, body, start)[3]

# %% inputs
import functools

import jax
import jax.numpy as jnp

RTOL = 5e-3


def cases(draw, page):
    for steps in (1, 3, 40, 300):
        start = jnp.asarray(draw.normal(size=2), "float32")
        yield positions, (start, jnp.float32(draw.uniform(0.5, 5)), steps), {}
    yield length, (), {}


def positions(page, start, stiffness, steps):
    f = functools.partial(page.simulate, steps=steps)
    return jax.jit(f)(start, stiffness), jax.jit(jax.grad(lambda k: f(start, k).sum()))(stiffness)


def length(page):
    start = jnp.ones(2)
    short, long = (
        str(jax.make_jaxpr(page.simulate, static_argnums=2)(start, 2.0, n)).count(" = ")
        for n in (3, 40)
    )
    return short == long
