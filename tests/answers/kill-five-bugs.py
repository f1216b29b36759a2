# %% right: a key of another dtype traces again
def find_bugs(train_step):
    state, metrics = train_step(first_state, padded_batch)
    expected = real_loss(start, padded_batch)
    chex.assert_shape(metrics["loss"], ())
    chex.assert_trees_all_close(metrics["loss"], expected, rtol=0.2)
    chex.assert_trees_all_equal_shapes_and_dtypes(start, state.params)
    for old, new in zip(*map(jax.tree.leaves, (start, state.params)), strict=True):
        assert jnp.any(old != new), "an array does not learn"

    def promised(batch):
        state, metrics = train_step(first_state, batch)
        return state.params, jax.random.key_data(state.key), metrics["loss"]

    result = promised(padded_batch)
    chex.assert_trees_all_equal(result, promised(padded_batch))
    is_real = padded_batch["mask"] == 1  # (10,)
    other = {
        "x": jnp.where(is_real[:, None], padded_batch["x"], 1000.0),
        "y": jnp.where(is_real, padded_batch["y"], 1000.0),
    }
    other = promised({**padded_batch, **other})
    chex.assert_trees_all_close(result, other, rtol=1e-4, atol=1e-5)

    chex.clear_trace_counter()
    compiled = jax.jit(chex.assert_max_traces(train_step, n=1))
    state, keys = first_state, [first_state.key]
    for _ in range(100):
        state, _ = compiled(state, padded_batch)
        keys.append(state.key)
    numbers = np.unique(jax.random.key_data(jnp.stack(keys)), axis=0)
    assert len(numbers) == len(keys), "a key comes back"
    assert real_loss(state.params, padded_batch) < expected / 10

# %% right: one function per promise
def loss_is_that_before_the_step(step):
    _, metrics = step(first_state, padded_batch)
    assert np.shape(metrics["loss"]) == ()
    assert 0.8 < metrics["loss"] / real_loss(start, padded_batch) < 1.2


def padding_is_ignored(step):
    worse = dict(padded_batch)
    worse["x"] = worse["x"].at[8:].set(-1000.0)
    worse["y"] = worse["y"].at[8:].set(999.0)
    one, two = step(first_state, padded_batch), step(first_state, worse)
    chex.assert_trees_all_close(one[0].params, two[0].params, rtol=1e-4, atol=1e-5)
    chex.assert_trees_all_close(one[1]["loss"], two[1]["loss"], rtol=1e-4)
    assert one[0].key == two[0].key


def keys_differ(step):
    state, keys = first_state, []
    for _ in range(4):
        keys.append(tuple(jax.random.key_data(state.key).tolist()))
        state, _ = step(state, padded_batch)
        assert state.key.dtype == first_state.key.dtype
    assert len(set(keys)) == 4


def leaves_learn(step):
    new = jax.tree.leaves(step(first_state, padded_batch)[0].params)
    for a, b in zip(jax.tree.leaves(first_state.params), new):
        assert not np.array_equal(a, b)
        assert a.dtype == b.dtype and a.shape == b.shape


def same_again(step):
    one, two = (step(first_state, padded_batch)[0].params for _ in range(2))
    chex.assert_trees_all_equal(one, two)


def learns_by_heart(step):
    def body(state, _):
        state, metrics = step(state, padded_batch)
        return state, metrics["loss"]

    last, _ = jax.lax.scan(body, first_state, length=100)
    assert real_loss(last.params, padded_batch) < real_loss(start, padded_batch) / 10


def traces_once(step):
    traces = []
    compiled = jax.jit(lambda *given: (traces.append(given), step(*given))[1])
    compiled(compiled(first_state, padded_batch)[0], padded_batch)
    assert len(traces) == 1


def find_bugs(train_step):
    traces_once(train_step)
    loss_is_that_before_the_step(train_step)
    padding_is_ignored(train_step)
    keys_differ(train_step)
    leaves_learn(train_step)
    same_again(train_step)
    learns_by_heart(train_step)

# %% right: random padding and a scan
def find_bugs(train_step):
    def numbers(state):
        return state._replace(key=jax.random.key_data(state.key))

    noise = 1000 * np.random.default_rng(0).uniform(-1, 1, size=(2, 5)).astype(np.float32)
    dirty = {**padded_batch, "x": padded_batch["x"].at[8:].set(noise[:, :4])}
    dirty["y"] = padded_batch["y"].at[8:].set(jnp.abs(noise[:, 4]))
    clean, again, other = (train_step(first_state, b) for b in (padded_batch, padded_batch, dirty))
    assert clean[1]["loss"].shape == ()
    loss = float(clean[1]["loss"])
    assert (numbers(clean[0]).key == numbers(again[0]).key).all()
    chex.assert_trees_all_equal(clean[0].params, again[0].params)
    chex.assert_trees_all_close(numbers(clean[0]), numbers(other[0]), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(loss, other[1]["loss"], rtol=1e-3)
    before = float(real_loss(start, padded_batch))
    np.testing.assert_allclose(loss, before, rtol=0.2)

    def body(state, _):
        new, metrics = train_step(state, padded_batch)
        return new, (new.key, metrics["loss"])

    last, (keys, _) = jax.lax.scan(body, first_state, length=100)  # a TypeError on other dtypes
    assert len({tuple(key) for key in jax.random.key_data(keys).tolist()}) == 100
    assert keys[0] != first_state.key
    assert real_loss(last.params, padded_batch) < before / 10
    for name in start:
        for leaf in start[name]:
            assert (start[name][leaf] != clean[0].params[name][leaf]).any(), (name, leaf)
    chex.clear_trace_counter()
    compiled = jax.jit(chex.assert_max_traces(train_step, n=1))
    compiled(compiled(first_state, padded_batch)[0], padded_batch)

# %% wrong: breaks: `metrics["loss"]` is the loss before the step | not compared -> break promise 1.
chex.assert_trees_all_close(metrics["loss"], expected, rtol=0.2)
# becomes

# %% wrong: of any shape -> break promise 1.
chex.assert_shape(metrics["loss"], ())
# becomes

# %% wrong: equal -> Does it ask for more than the step promises?
rtol=0.2
# becomes
rtol=1e-6

# %% wrong: inputs alone -> break promise 2.
"y": jnp.where(is_real, padded_batch["y"], 1000.0),
# becomes

# %% wrong: targets alone -> break promise 2.
"x": jnp.where(is_real[:, None], padded_batch["x"], 1000.0),
# becomes

# %% wrong: the parameters alone -> break promise 2.
return state.params, jax.random.key_data(state.key), metrics["loss"]
# becomes
return state.params

# %% wrong: the loss alone -> break promise 2.
return state.params, jax.random.key_data(state.key), metrics["loss"]
# becomes
return metrics["loss"]

# %% wrong: numbers up to 10 -> break promise 2.
is_real, padded_batch["y"], 1000.0
# becomes
is_real, padded_batch["y"], 10.0

# %% wrong: one of them -> break promise 3.
for old, new in zip(*map(jax.tree.leaves, (start, state.params)), strict=True):
assert jnp.any(old != new), "an array does not learn"
# becomes
pairs = zip(*map(jax.tree.leaves, (start, state.params)), strict=True)
assert any(jnp.any(old != new) for old, new in pairs)

# %% wrong: the last one -> break promise 4.
numbers = np.unique(jax.random.key_data(jnp.stack(keys)), axis=0)
assert len(numbers) == len(keys), "a key comes back"
# becomes
numbers = jax.random.key_data(jnp.stack(keys))
assert np.all(np.any(numbers[1:] != numbers[:-1], axis=1))

# %% wrong: the first one -> break promise 4.
assert len(numbers) == len(keys), "a key comes back"
# becomes
assert jnp.any(jax.random.key_data(keys[1]) != jax.random.key_data(keys[0]))

# %% wrong: traces are not counted -> break promise 5.
jax.jit(chex.assert_max_traces(train_step, n=1))
# becomes
jax.jit(train_step)

# %% wrong: breaks: Same state and same batch | not compared -> break promise 6.
chex.assert_trees_all_equal(result, promised(padded_batch))
# becomes
chex.assert_trees_all_close(result, promised(padded_batch), atol=1e-2)

# %% wrong: after 20 -> which takes 80 steps to promise 7
range(100)
# becomes
range(20)

# %% wrong: it falls -> break promise 7.
expected / 10
# becomes
expected

# %% wrong: no further metrics -> with one more metric
chex.assert_shape(metrics["loss"], ())
# becomes
chex.assert_shape(metrics["loss"], ())
assert set(metrics) == {"loss"}

# %% wrong: the very key -> On a right step, with fold_in
chex.assert_shape(metrics["loss"], ())
# becomes
chex.assert_shape(metrics["loss"], ())
chex.assert_trees_all_equal(state.key, jax.random.split(first_state.key)[0])

# %% wrong: the very parameters -> with a small rate and no noise
chex.assert_shape(metrics["loss"], ())
# becomes
chex.assert_shape(metrics["loss"], ())
right, _ = good_step(first_state, padded_batch)
chex.assert_trees_all_close(state.params, right.params, rtol=1e-3)

# %% wrong: it must -> whose loss does not fall at each step
state, _ = compiled(state, padded_batch)
keys.append(state.key)
# becomes
before = real_loss(state.params, padded_batch)
state, _ = compiled(state, padded_batch)
assert real_loss(state.params, padded_batch) < before
keys.append(state.key)

# %% wrong: it refuses all -> On a right step, as it stands in the text
expected = real_loss(start, padded_batch)
# becomes
raise AssertionError("it may be wrong")

# %% wrong: counted around `jit` -> must not wrap JAX-transformed function
jax.jit(chex.assert_max_traces(train_step, n=1))
# becomes
chex.assert_max_traces(jax.jit(train_step), n=1)

# %% wrong: a list of tests -> Define the function find_bugs
def key_moves(train_step):
    state, _ = train_step(first_state, padded_batch)
    assert state.key != first_state.key


find_bugs = [key_moves]

# %% wrong: identity of keys
def find_bugs(train_step):
    s, m = train_step(first_state, padded_batch)
    assert s.key is not first_state.key
    assert abs(float(m["loss"]) - float(real_loss(start, padded_batch))) < 0.2
    for a, b in zip(jax.tree.leaves(start), jax.tree.leaves(s.params)):
        assert a.dtype == b.dtype and (a != b).any()
    t, n = train_step(first_state, {**padded_batch, "y": padded_batch["y"].at[8:].set(5.)})
    assert np.allclose(m["loss"], n["loss"])
    s = first_state
    for i in range(100):
        s, m = jax.jit(train_step)(s, padded_batch)
    assert real_loss(s.params, padded_batch) < 0.1 * real_loss(start, padded_batch)

# %% wrong: keys of one step and padding of 4
def find_bugs(train_step):
    traces = 0

    @jax.jit
    def counted(state, batch):
        nonlocal traces
        traces += 1
        return train_step(state, batch)

    full = {k: v for k, v in padded_batch.items()}
    other = {**full, "x": full["x"].at[-2:].set(4.0), "y": full["y"].at[-2:].set(-3.0)}
    state, metrics = counted(first_state, full)
    twin, twin_metrics = counted(first_state, other)
    assert jnp.allclose(metrics["loss"], twin_metrics["loss"], rtol=1e-3)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5), state.params, twin.params)
    changed = [bool(jnp.any(a != b)) for a, b in zip(jax.tree.leaves(start), jax.tree.leaves(state.params))]
    assert False not in changed
    if bool(jnp.all(state.key == first_state.key)):
        raise AssertionError("the key is the same")
    for _ in range(99):
        state, _ = counted(state, full)
    assert traces == 1, f"{traces} traces"
    assert float(real_loss(state.params, full)) < 0.1 * float(real_loss(start, full))
