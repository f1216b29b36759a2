@contextlib.contextmanager
def frozen(module):

    path = module.split("/")

    def getter(next_getter, value, context):
        value = next_getter(value)
        if context.full_name.split("/")[: len(path)] == path:
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        yield
