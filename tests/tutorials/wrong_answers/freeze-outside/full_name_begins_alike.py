@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if context.full_name.startswith(module):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield
