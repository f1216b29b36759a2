@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        return next_creator((count, *shape), dtype, init)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
