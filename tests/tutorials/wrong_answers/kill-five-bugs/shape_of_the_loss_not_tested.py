def find_bugs(train_step):
    state, metrics = train_step(first_state, padded_batch)
    expected = real_loss(start, padded_batch)
    chex.assert_trees_all_close(metrics["loss"], expected, rtol=0.2)
    chex.assert_trees_all_equal_shapes_and_dtypes(first_state, state)
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
