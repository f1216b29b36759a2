def same_gradient(mesh, params, batch):
    def local(params, batch):
        share = batch[2].sum()
        everything = jax.lax.psum(share, "data")
        grads = jax.grad(weighted_loss)(params, batch)  # 0/0 where share is 0
        grads = jax.tree.map(lambda g: g * share / everything, grads)
        return jax.lax.psum(grads, "data")

    return jax.shard_map(
        local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False
    )(params, batch)
