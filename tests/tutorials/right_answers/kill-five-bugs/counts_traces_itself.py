def find_bugs(train_step):
    traces = 0

    @jax.jit
    def counted(state, batch):
        nonlocal traces
        traces += 1
        return train_step(state, batch)

    before = float(real_loss(start, padded_batch))
    state, metrics = train_step(first_state, padded_batch)
    twice, _ = train_step(first_state, padded_batch)
    assert metrics["loss"].ndim == 0 and abs(metrics["loss"] / before - 1) < 0.2
    for fill in (-900.0, 123.0):
        other = {name: padded_batch[name].at[-2:].set(fill) for name in ("x", "y")}
        twin, twin_metrics = train_step(first_state, {**padded_batch, **other})
        np.testing.assert_allclose(metrics["loss"], twin_metrics["loss"], rtol=1e-3)
        assert (jax.random.key_data(state.key) == jax.random.key_data(twin.key)).all()
        for a, b in zip(jax.tree.leaves(state.params), jax.tree.leaves(twin.params)):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
    for a, b, c in zip(*map(jax.tree.leaves, (start, state.params, twice.params))):
        assert (a != b).any() and (b == c).all() and a.dtype == b.dtype
    seen = [first_state.key]
    state = first_state
    for _ in range(100):
        state, _ = counted(state, padded_batch)
        assert state.key.dtype == first_state.key.dtype and state.key.shape == ()
        assert all(state.key != key for key in seen[-3:])
        seen.append(state.key)
    assert traces == 1, f"{traces} traces"
    assert float(real_loss(state.params, padded_batch)) < 0.1 * before
