def attention_maps(network, *inputs):
    maps = {}

    def capture(next_f, args, kwargs, context):
        module = context.module
        if context.method_name != "__call__" or not isinstance(module, hk.MultiHeadAttention):
            return next_f(*args, **kwargs)
        inner = {}

        def keep(next_g, args, kwargs, context):
            out = next_g(*args, **kwargs)
            if context.method_name == "__call__" and context.module.name in ("query", "key"):
                heads = out.reshape(*out.shape[:-1], module.num_heads, -1)
                inner[context.module.name] = heads
            return out

        with hk.intercept_methods(keep):
            out = next_f(*args, **kwargs)
        named = dict(zip(["query", "key", "value", "mask"], args), **kwargs)
        scores = jnp.einsum("...thd,...Thd->...htT", inner["query"], inner["key"])
        scores = scores * module.key_size**-0.5
        if named.get("mask") is not None:
            scores += jnp.where(named["mask"], 0, -1e30)
        scores = jnp.exp(scores - scores.max(-1, keepdims=True))
        maps[module.module_name] = scores / scores.sum(-1, keepdims=True)
        return out

    with hk.intercept_methods(capture):
        return network(*inputs), maps
