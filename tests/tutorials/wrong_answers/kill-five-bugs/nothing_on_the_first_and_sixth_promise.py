def padding_is_ignored(step):
    worse = dict(padded_batch)
    worse["x"] = worse["x"].at[8:].set(-50.0)
    worse["y"] = worse["y"].at[8:].set(20.0)
    one, two = step(first_state, padded_batch), step(first_state, worse)
    chex.assert_trees_all_close(one[0].params, two[0].params, rtol=1e-4, atol=1e-5)
    chex.assert_trees_all_close(one[1]["loss"], two[1]["loss"], rtol=1e-4)


def keys_differ(step):
    state, keys = first_state, []
    for _ in range(3):
        keys.append(tuple(jax.random.key_data(state.key).tolist()))
        state, _ = step(state, padded_batch)
    assert len(set(keys)) == 3


def leaves_learn(step):
    new = jax.tree.leaves(step(first_state, padded_batch)[0].params)
    for a, b in zip(jax.tree.leaves(first_state.params), new):
        assert not np.array_equal(a, b)
        assert a.dtype == b.dtype and a.shape == b.shape


def learns_by_heart(step):
    def body(state, _):
        state, metrics = step(state, padded_batch)
        return state, metrics["loss"]

    last, _ = jax.lax.scan(body, first_state, length=100)
    assert real_loss(last.params, padded_batch) < real_loss(start, padded_batch) / 10


def find_bugs(train_step):
    for test in (padding_is_ignored, keys_differ, leaves_learn, learns_by_heart):
        test(train_step)
