@contextlib.contextmanager
def ensemble_member(count, index):

    def creator(next_creator, shape, dtype, init, context):
        keys = hk.next_rng_keys(count)

        def init_all(shape, dtype):
            def one(key):
                with hk.with_rng(key):
                    return init(tuple(shape)[1:], dtype)

            return jax.vmap(one)(keys)

        return next_creator([count, *shape], dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(jax.lax.dynamic_index_in_dim(value, index, 0, keepdims=False))

    with hk.custom_creator(creator):
        with hk.custom_getter(getter):
            yield
