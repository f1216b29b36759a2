@contextlib.contextmanager
def frozen(module):

    def getter(next_getter, value, context):
        names = context.module_name
        if names == module or names.startswith(module + "/"):
            value = value - (value - jax.lax.stop_gradient(value))
        return next_getter(value)

    with hk.custom_getter(getter):
        yield
