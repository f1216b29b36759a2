@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            return jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        pass
    yield
