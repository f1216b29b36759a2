@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        value = init(shape, dtype)
        return next_creator((count, *shape), dtype, lambda *_: jnp.stack([value] * count))

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
