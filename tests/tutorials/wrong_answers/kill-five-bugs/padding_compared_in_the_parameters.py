def find_bugs(train_step):
    state, metrics = train_step(first_state, padded_batch)
    expected = float(real_loss(first_state.params, padded_batch))
    assert metrics["loss"].shape == ()
    assert abs(metrics["loss"] - expected) < 0.2 * expected
    noise = 100.0 * jax.random.normal(jax.random.key(9), (10, 4))
    mask = padded_batch["mask"][:, None]
    dirty = {**padded_batch, "x": padded_batch["x"] + (1 - mask) * noise}
    dirty["y"] = padded_batch["y"] - 7 * (1 - padded_batch["mask"])
    dirty_state, _ = train_step(first_state, dirty)
    chex.assert_trees_all_close(state.params, dirty_state.params, rtol=1e-3, atol=1e-4)
    moved = jax.tree.map(lambda a, b: bool((a != b).any()), start, state.params)
    assert all(jax.tree.leaves(moved)), moved
    assert (jax.random.key_data(state.key) != jax.random.key_data(first_state.key)).any()
    chex.assert_trees_all_equal_shapes_and_dtypes(start, state.params)
    chex.assert_trees_all_equal(state.params, train_step(first_state, padded_batch)[0].params)
    step, trained = jax.jit(train_step), first_state
    for _ in range(100):
        trained, _ = step(trained, padded_batch)
    assert real_loss(trained.params, padded_batch) < 0.1 * expected
