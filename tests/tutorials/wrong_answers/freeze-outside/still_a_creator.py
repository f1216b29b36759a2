@contextlib.contextmanager
def frozen(module):
    def creator(next_creator, shape, dtype, init, context):
        value = next_creator(shape, dtype, init)
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_creator(creator):
        yield
