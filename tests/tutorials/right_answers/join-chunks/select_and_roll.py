def unroll_chunk(core, xs, ended, state):
    first = jnp.roll(ended, 1, axis=0).at[0].set(False)
    outs, after = hk.static_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(ended.shape[1])
    leaves, form = jax.tree.flatten(after)
    mixed = []
    for new, old in zip(jax.tree.leaves(fresh), leaves, strict=True):
        mask = ended[-1]
        while mask.ndim < old.ndim:
            mask = mask[..., None]
        mixed.append(jax.lax.select(jnp.broadcast_to(mask, old.shape), new, old))
    return [outs, jax.tree.unflatten(form, mixed)]
