# %% right: inputs and a number for each row
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size):
        super().__init__()
        self.steps, self.size = steps, size

    def initial_state(self, batch_size):
        batch = [] if batch_size is None else [batch_size]
        return jnp.zeros((*batch, self.steps, self.size)), jnp.zeros((*batch, 1), int)

    def __call__(self, x, state):
        last, count = state
        last = jnp.roll(last, 1, axis=-2).at[..., 0, :].set(x)
        count = jnp.minimum(count + 1, self.steps)
        return last.sum(axis=-2) / count, (last, count)

# %% right: where there is an input
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size, name="recent"):
        super().__init__(name=name)
        self.steps, self.size = steps, size

    def initial_state(self, batch_size):
        shape = (self.steps, self.size) if batch_size is None else (batch_size, self.steps, self.size)
        return {"last": jnp.zeros(shape), "there": jnp.zeros(shape, bool)}

    def __call__(self, x, state):
        new = {"last": x, "there": jnp.ones_like(x, dtype=bool)}
        state = {
            name: jnp.concatenate([state[name], new[name][..., None, :]], axis=-2)[..., 1:, :]
            for name in state
        }
        return jnp.mean(state["last"], axis=-2, where=state["there"]), state

# %% wrong: one input too few -> the mean is of one input too few
self.shape = steps, size + 1
# becomes
self.shape = max(1, steps - 1), size + 1

# %% wrong: one input too many -> the mean is of one input too many
self.shape = steps, size + 1
# becomes
self.shape = steps + 1, size + 1

# %% wrong: in place, as in PyTorch -> Arrays do not change: .at[...].set makes new ones
state = jnp.concatenate([state[..., 1:, :], new[..., None, :]], axis=-2)
# becomes
state = jnp.roll(state, -1, axis=-2)
state[..., -1, :] = new

# %% wrong: PyTorch's forward -> A core is called by __call__; forward is PyTorch's
def __call__(self, x, state):
# becomes
def forward(self, x, state):

# %% wrong: at most thirty-two
self.shape = steps, size + 1
# becomes
self.shape = min(steps, 32), size + 1

# %% wrong: divided by all steps -> the first means are divided by all steps
return total[..., :-1] / total[..., -1:], state
# becomes
return total[..., :-1] / self.shape[0], state

# %% wrong: the sum -> that is the sum of the inputs
return total[..., :-1] / total[..., -1:], state
# becomes
return total[..., :-1], state

# %% wrong: without the present one -> the present input is left out
total = state.sum(axis=-2)
# becomes
total = state[..., :-1, :].sum(axis=-2)

# %% wrong: zeros are missing -> an input of 0 is not counted
jnp.ones_like(x[..., :1])
# becomes
(x[..., :1] != 0) * 1.0

# %% wrong: a running total -> Is anything left of an input that is in the mean no more?
def __init__(self, steps, size, name=None):
super().__init__(name=name)
self.shape = steps, size + 1

def initial_state(self, batch_size):
batch = () if batch_size is None else (batch_size,)
return jnp.zeros((*batch, *self.shape))

def __call__(self, x, state):
new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
state = jnp.concatenate([state[..., 1:, :], new[..., None, :]], axis=-2)
total = state.sum(axis=-2)
# becomes
def __init__(self, steps, size, name=None):
    super().__init__(name=name)
    self.shape = steps + 1, size + 1

def initial_state(self, batch_size):
    batch = () if batch_size is None else (batch_size,)
    return jnp.zeros((*batch, *self.shape))

def __call__(self, x, state):
    new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
    total = state[..., 0, :] + new - state[..., 1, :]
    state = [total[..., None, :], state[..., 2:, :], new[..., None, :]]
    state = jnp.concatenate(state, axis=-2)

# %% wrong: always a batch -> neither x nor the state has an axis for it
() if batch_size is None else (batch_size,)
# becomes
(batch_size or 1,)

# %% wrong: one batch size -> should be the first axis
(batch_size,)
return
# becomes
(2,)
return

# %% wrong: one count for all rows -> should be the first axis
def initial_state(self, batch_size):
batch = () if batch_size is None else (batch_size,)
return jnp.zeros((*batch, *self.shape))

def __call__(self, x, state):
new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
state = jnp.concatenate([state[..., 1:, :], new[..., None, :]], axis=-2)
total = state.sum(axis=-2)  # (B, size + 1)
return total[..., :-1] / total[..., -1:], state
# becomes
def initial_state(self, batch_size):
    batch = () if batch_size is None else (batch_size,)
    return jnp.zeros((*batch, *self.shape)), jnp.zeros(())

def __call__(self, x, state):
    new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
    last = jnp.concatenate([state[0][..., 1:, :], new[..., None, :]], axis=-2)
    count = jnp.minimum(state[1] + 1, self.shape[0])
    return last.sum(axis=-2)[..., :-1] / count, (last, count)

# %% wrong: the largest count for all rows -> the output with resets
total[..., -1:]
# becomes
total[..., -1:].max()

# %% wrong: time first -> should be the first axis
def initial_state(self, batch_size):
batch = () if batch_size is None else (batch_size,)
return jnp.zeros((*batch, *self.shape))

def __call__(self, x, state):
new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
state = jnp.concatenate([state[..., 1:, :], new[..., None, :]], axis=-2)
total = state.sum(axis=-2)
# becomes
def initial_state(self, batch_size):
    steps, wide = self.shape
    return jnp.zeros((steps, wide) if batch_size is None else (steps, batch_size, wide))

def __call__(self, x, state):
    new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
    state = jnp.concatenate([state[1:], new[None]])
    total = state.sum(axis=0)

# %% wrong: a step late -> that is one step late
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size, name=None):
        super().__init__(name=name)
        self.shape = steps, size + 1

    def initial_state(self, batch_size):
        return jnp.zeros(self.shape if batch_size is None else (batch_size, *self.shape))

    def __call__(self, x, state):
        total = state.sum(axis=-2)
        new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
        state = jnp.concatenate([state[..., 1:, :], new[..., None, :]], axis=-2)
        return total[..., :-1] / jnp.maximum(total[..., -1:], 1), state

# %% wrong: kept in the module -> belongs in the state, not in self
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size, name=None):
        super().__init__(name=name)
        self.steps, self.last = steps, []

    def initial_state(self, batch_size):
        return ()

    def __call__(self, x, state):
        self.last = [*self.last, x][-self.steps :]
        return sum(self.last) / len(self.last), state

# %% wrong: a smooth mean
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size, name=None):
        super().__init__(name=name)
        self.steps, self.size = steps, size

    def initial_state(self, batch_size):
        return jnp.zeros((self.size,) if batch_size is None else (batch_size, self.size))

    def __call__(self, x, state):
        state = state + (x - state) / self.steps
        return state, state

# %% wrong: nan times zero -> An old nan times 0
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size, name=None):
        super().__init__(name=name)
        self.steps, self.size = steps, size

    def initial_state(self, batch_size):
        front = () if batch_size is None else (batch_size,)
        return jnp.zeros((*front, self.steps, self.size)), jnp.zeros(front, jnp.int32)

    def __call__(self, x, state):
        inputs, count = state
        here = jax.nn.one_hot(count % self.steps, self.steps)[..., None]
        inputs = inputs * (1 - here) + here * x[..., None, :]
        count = count + 1
        seen = jnp.minimum(count, self.steps)[..., None]
        return inputs.sum(axis=-2) / seen, (inputs, count)

# %% wrong: count in int8
class RecentMean(hk.RNNCore):
    def __init__(self, steps, size, name=None):
        super().__init__(name=name)
        self.steps, self.size = steps, size

    def initial_state(self, batch_size):
        front = () if batch_size is None else (batch_size,)
        return jnp.zeros((*front, self.steps, self.size)), jnp.zeros(front, jnp.int8)

    def __call__(self, x, state):
        past, count = state
        past = jnp.concatenate([past[..., 1:, :], x[..., None, :]], axis=-2)
        count = count + jnp.int8(1)
        seen = jnp.minimum(count.astype(jnp.int32), self.steps)
        return past.sum(axis=-2) / seen[..., None], (past, count)

# %% right: ring with a place
class RecentMean(hk.RNNCore):
    """A ring of inputs: one of them is overwritten at each step."""

    def __init__(self, steps, size, name="recent"):
        super().__init__(name)
        self._shape = steps, size

    def initial_state(self, batch_size):
        front = [] if batch_size is None else [batch_size]
        number = jnp.zeros(front, int)
        ring = jnp.zeros([*front, *self._shape])
        return {"ring": ring, "place": number, "seen": number}

    def __call__(self, x, state):
        steps, places = self._shape[0], jnp.arange(self._shape[0])
        here = places == state["place"][..., None]  # (..., steps)
        ring = jnp.where(here[..., None], x[..., None, :], state["ring"])
        seen = jnp.clip(state["seen"] + 1, 0, steps)
        filled = (places < seen[..., None])[..., None]
        out = jnp.where(filled, ring, 0).sum(axis=-2) / seen[..., None]
        place = (state["place"] + 1) % steps
        return out, {"ring": ring, "place": place, "seen": seen}
