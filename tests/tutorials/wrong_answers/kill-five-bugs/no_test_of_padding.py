def find_bugs(train_step):
    state, _ = train_step(first_state, padded_batch)
    moved = jax.tree.map(lambda a, b: bool((a != b).any()), start, state.params)
    assert all(jax.tree.leaves(moved)), moved
    assert (jax.random.key_data(state.key) != jax.random.key_data(first_state.key)).any()
    chex.assert_trees_all_equal_shapes_and_dtypes(start, state.params)
    step, trained = jax.jit(train_step), first_state
    for _ in range(100):
        trained, _ = step(trained, padded_batch)
    assert real_loss(trained.params, padded_batch) < 0.1 * real_loss(start, padded_batch)
