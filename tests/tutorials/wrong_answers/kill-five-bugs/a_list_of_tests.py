def key_moves(train_step):
    state, _ = train_step(first_state, padded_batch)
    assert state.key != first_state.key


find_bugs = [key_moves]
