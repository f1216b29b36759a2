@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if not f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield
