import inspect


def attention_maps(network, *inputs):
    projected, calls = {}, []

    def capture(next_f, args, kwargs, context):
        out = next_f(*args, **kwargs)
        if context.method_name == "__call__":
            if type(context.module) is hk.Linear:
                projected[context.module.module_name] = out
            if type(context.module) is hk.MultiHeadAttention:
                given = inspect.signature(hk.MultiHeadAttention.__call__).bind(context.module, *args, **kwargs)
                calls.append((context.module, given.arguments.get("mask")))
        return out

    with hk.intercept_methods(capture):
        out = network(*inputs)
    maps = {}
    for module, mask in calls:
        size = module.key_size
        q = projected[module.module_name + "/query"] / np.sqrt(size)
        k = projected[module.module_name + "/key"]
        heads = []
        for i in range(module.num_heads):
            columns = slice(i * size, (i + 1) * size)
            scores = q[..., columns] @ jnp.swapaxes(k[..., columns], -1, -2)
            if mask is not None:
                scores = jnp.where(mask[..., 0, :, :], scores, -jnp.inf)
            heads.append(jax.nn.softmax(scores, axis=-1))
        maps[module.module_name] = jnp.stack(heads, axis=-3)
    return out, maps
