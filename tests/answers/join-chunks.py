# %% right: late flags
def unroll_chunk(core, xs, ended, state):
    """The flag of the step before travels with the state."""
    class Late(hk.RNNCore):
        def initial_state(self, batch_size):
            return core.initial_state(batch_size), jnp.zeros((batch_size,), bool)

        def __call__(self, inputs, carry):
            x, over = inputs
            out, new = core(x, mix(*carry))
            return out, (new, over)

    B = xs.shape[1]

    def mix(state, over):
        def one(flag, f, s):
            return jax.tree.map(lambda a, b: jax.lax.select(flag, a, b), f, s)

        return jax.vmap(one)(over, core.initial_state(B), state)

    outs, carry = hk.dynamic_unroll(Late(), (xs, ended), (state, jnp.zeros(B, bool)))
    return outs, mix(*carry)

# %% right: python loop
def unroll_chunk(core, xs, ended, state):
    outs = []
    for t in range(xs.shape[0]):
        out, state = core(xs[t], state)
        fresh = core.initial_state(xs.shape[1])
        state = jax.tree.map(lambda f, s: jax.vmap(jnp.where)(ended[t], f, s), fresh, state)
        outs.append(out)
    return jnp.stack(outs), state

# %% right: select and roll
def unroll_chunk(core, xs, ended, state):
    first = jnp.roll(ended, 1, axis=0).at[0].set(False)
    outs, after = hk.static_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(ended.shape[1])
    leaves, form = jax.tree.flatten(after)
    mixed = []
    for new, old in zip(jax.tree.leaves(fresh), leaves, strict=True):
        mask = ended[-1]
        while mask.ndim < old.ndim:
            mask = mask[..., None]
        mixed.append(jax.lax.select(jnp.broadcast_to(mask, old.shape), new, old))
    return [outs, jax.tree.unflatten(form, mixed)]

# %% wrong: a flag for its own step -> a flag resets its own step
(xs, first), state)
# becomes
(xs, ended), state)

# %% wrong: flags move to an earlier step -> the flags move to an earlier step
jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
# becomes
jnp.concatenate([ended[1:], jnp.zeros_like(ended[:1])])

# %% wrong: the state first -> in which order are the outputs and the state?
return outs, jax.tree.map(reset, fresh, state)
# becomes
return jax.tree.map(reset, fresh, state), outs

# %% wrong: outputs (B, T, ...) -> the outputs are (T, B, ...)
return outs, jax.tree.map(reset, fresh, state)
# becomes
return jnp.swapaxes(outs, 0, 1), jax.tree.map(reset, fresh, state)

# %% wrong: at most eight steps
(xs, first), state)
# becomes
(xs[:8], first[:8]), state)

# %% wrong: states of rank 2 -> Has the mask as many axes as each leaf
ended[-1].reshape(ended.shape[1:] + (1,) * (old.ndim - 1))
# becomes
ended[-1][:, None]

# %% wrong: integers become floats -> has the dtype float32, not int32
return jnp.where(over, new, old)
# becomes
return jnp.where(over, new, old.astype(float))

# %% wrong: not in the next chunk -> if the last step ends an episode?
return outs, jax.tree.map(reset, fresh, state)
# becomes
return outs, state

# %% wrong: in place, as in PyTorch -> Arrays do not change: jnp.where makes new ones
return jnp.where(over, new, old)
# becomes
old[:] = jnp.where(over, new, old)
return old

# %% wrong: each chunk begins an episode -> why is the first step of the chunk reset?
jnp.zeros_like(ended[:1])
# becomes
jnp.ones_like(ended[:1])

# %% wrong: the last flag goes to the front -> why does the flag of the last step reset the first?
jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
# becomes
jnp.roll(ended, 1, axis=0)

# %% wrong: zeros for the initial state -> is an initial state always zeros?
return jnp.where(over, new, old)
# becomes
return jnp.where(over, 0, old)

# %% wrong: all examples -> the state of every example is reset
over = ended[-1].reshape(ended.shape[1:] + (1,) * (old.ndim - 1))
# becomes
over = ended[-1].any()

# %% wrong: always -> the state of every example is reset
return outs, jax.tree.map(reset, fresh, state)
# becomes
return outs, fresh

# %% wrong: blended -> An old state times 0 is not gone
return jnp.where(over, new, old)
# becomes
return (over * new + (1 - over) * old).astype(old.dtype)

# %% wrong: one step is not reset -> if the last step ends an episode?
return outs, jax.tree.map(reset, fresh, state)
# becomes
return outs, state if len(xs) == 1 else jax.tree.map(reset, fresh, state)

# %% wrong: an `if` -> An if cannot ask a tracer
return outs, jax.tree.map(reset, fresh, state)
# becomes
return outs, jax.tree.map(reset, fresh, state) if ended[-1].any() else state

# %% wrong: other parameters in init -> In init it makes other parameters
first = jnp.concatenate(
# becomes
core = hk.GRU(2) if hk.running_init() else core
state = core.initial_state(xs.shape[1]) if hk.running_init() else state
first = jnp.concatenate(

# %% wrong: asks a tracer -> An if cannot ask a tracer
def unroll_chunk(core, xs, ended, state):
    outs = []
    for x, over in zip(xs, ended, strict=True):
        out, state = core(x, state)
        if over.all():
            state = core.initial_state(xs.shape[1])
        outs.append(out)
    return jnp.stack(outs), state

# %% wrong: lax.scan -> Which loop may call modules?
def unroll_chunk(core, xs, ended, state):
    fresh = core.initial_state(xs.shape[1])

    def step(state, inputs):
        x, over = inputs
        out, state = core(x, state)
        pick = lambda f, s: jnp.where(over.reshape(-1, *(1,) * (s.ndim - 1)), f, s)
        return jax.tree.map(pick, fresh, state), out

    state, outs = jax.lax.scan(step, state, (xs, ended))
    return outs, state

# %% wrong: multiplied by zero -> choose by jnp.where, do not multiply
def unroll_chunk(core, xs, ended, state):
    def step(state, inputs):
        x, over = inputs
        out, state = core(x, state)
        keep = 1.0 - over
        state = jax.tree.map(lambda s: s * keep.reshape((-1,) + (1,) * (s.ndim - 1)), state)
        return state, out

    state, outs = hk.scan(step, state, (xs, ended))
    return outs, state

# %% wrong: masks for three ranks -> for a state of any tree and rank?
def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(xs.shape[1])

    def pick(fresh, leaf):
        over = ended[-1]
        mask = {1: over, 2: over[:, None], 3: over[:, None, None]}[leaf.ndim]
        return jnp.where(mask, fresh, leaf)

    return outs, jax.tree.map(pick, fresh, state)

# %% wrong: batch size of the first leaf -> for a state of any tree and rank?
def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(len(jax.tree.leaves(state)[0]))

    def pick(fresh, leaf):
        mask = ended[-1].reshape(-1, *[1] * (leaf.ndim - 1))
        return jnp.where(mask, fresh, leaf)

    return outs, jax.tree.map(pick, fresh, state)

# %% right: reset behind each step
def unroll_chunk(core, xs, ended, state):
    """Step by step, with a reset behind each step."""
    outs = []
    for x, over in zip(xs, ended, strict=True):
        out, state = core(x, state)
        outs.append(out)
        start = core.initial_state(len(x))

        def choose(over, start, state):
            return jax.tree.map(lambda a, b: jnp.where(over, a, b), start, state)

        state = jax.vmap(choose)(over, start, state)
    return jax.tree.map(lambda *its: jnp.stack(its), *outs), state
