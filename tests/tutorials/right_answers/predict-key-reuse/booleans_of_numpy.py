key_reuse = {
    "equal_draws": {"a": np.bool_(0), "b": np.bool_(0), "c": np.bool_(1), "d": np.bool_(0), "e": np.bool_(1), "f": np.bool_(1), "g": np.bool_(0)},
    "complaints": {"a": np.bool_(0), "b": np.bool_(1), "c": np.bool_(0), "d": np.bool_(0), "e": np.bool_(1), "f": np.bool_(0), "g": np.bool_(1)},
}
