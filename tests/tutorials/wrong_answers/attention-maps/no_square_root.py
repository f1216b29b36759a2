def attention_maps(network, *inputs):
    maps, returned = {}, {}

    def capture(next_f, args, kwargs, context):
        out = next_f(*args, **kwargs)
        if context.method_name != "__call__":
            return out
        module = context.module
        returned[module.module_name] = out
        if isinstance(module, hk.MultiHeadAttention):
            q, k = (returned[f"{module.module_name}/{name}"] for name in ("query", "key"))
            heads = module.num_heads, module.key_size
            q, k = (each.reshape(*each.shape[:-1], *heads) for each in (q, k))
            scores = jnp.einsum("...thd,...shd->...hts", q, k)
            mask = args[3] if len(args) > 3 else kwargs.get("mask")
            if mask is not None:
                scores = jnp.where(mask, scores, -1e30)
            maps[module.module_name] = jax.nn.softmax(scores)
        return out

    with hk.intercept_methods(capture):
        return network(*inputs), maps
