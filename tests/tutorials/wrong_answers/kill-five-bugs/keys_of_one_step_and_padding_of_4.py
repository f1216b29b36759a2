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
