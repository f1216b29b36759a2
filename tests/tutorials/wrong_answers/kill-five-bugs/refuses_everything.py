def find_bugs(train_step):
    raise AssertionError("there is always another bug")
