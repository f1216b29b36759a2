@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield
