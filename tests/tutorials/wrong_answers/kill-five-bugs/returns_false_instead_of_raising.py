def find_bugs(train_step):
    state, metrics = train_step(first_state, padded_batch)
    return bool(metrics["loss"] > 0) and state.key != first_state.key
