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
