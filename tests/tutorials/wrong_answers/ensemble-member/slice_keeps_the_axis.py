@contextlib.contextmanager
def ensemble_member(count, index):
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(count)])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index : index + 1])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
