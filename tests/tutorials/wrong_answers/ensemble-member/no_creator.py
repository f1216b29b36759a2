@contextlib.contextmanager
def ensemble_member(count, index):
    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_getter(getter):
        yield
