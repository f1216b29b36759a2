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
