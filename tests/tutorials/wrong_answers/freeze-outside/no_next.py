@contextlib.contextmanager
def frozen(module):
    def getter(value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        yield
