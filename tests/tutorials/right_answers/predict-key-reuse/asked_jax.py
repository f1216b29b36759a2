equal_draws, complaints = set(), set()
for _letter in "abcdefg":
    _one, _two = globals()[_letter](jax.random.key(0))
    if (_one == _two).all():
        equal_draws.add(_letter)
    try:
        with jax.debug_key_reuse(True):
            globals()[_letter](jax.random.key(0))
    except jax.errors.KeyReuseError:
        complaints.add(_letter)
