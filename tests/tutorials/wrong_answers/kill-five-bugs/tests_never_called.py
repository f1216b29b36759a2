def find_bugs(train_step):
    def test_padding():
        _, a = train_step(first_state, padded_batch)
        assert a["loss"].shape == ()
    def test_key():
        s, _ = train_step(first_state, padded_batch)
        assert s.key != first_state.key
