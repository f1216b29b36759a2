@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        return stack_creator(next_creator, shape, dtype, init, context)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
