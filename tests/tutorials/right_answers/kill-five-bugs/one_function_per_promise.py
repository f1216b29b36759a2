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


def find_bugs(train_step):
    loss_is_that_before_the_step(train_step)
    padding_is_ignored(train_step)
    keys_differ(train_step)
    leaves_learn(train_step)
    same_again(train_step)
    learns_by_heart(train_step)
