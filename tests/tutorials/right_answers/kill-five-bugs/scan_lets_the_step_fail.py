def find_bugs(train_step):
    def body(state, _):
        return train_step(state, padded_batch)

    last, metrics = jax.lax.scan(body, first_state, length=100)  # a TypeError on other dtypes
    before = real_loss(start, padded_batch)
    assert real_loss(last.params, padded_batch) < before / 10
    np.testing.assert_allclose(metrics["loss"][0], before, rtol=0.19)
    for name in start:
        for leaf in start[name]:
            assert (start[name][leaf] != last.params[name][leaf]).any(), (name, leaf)
    assert last.key != first_state.key
