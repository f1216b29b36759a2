def find_bugs(train_step):
    state, before = train_step(first_state, padded_batch)
    _, after = train_step(state, padded_batch)
    assert after["loss"] < before["loss"]
