def same_gradient(mesh, params, batch):
    def local(params, batch):
        x, t, w = batch
        e = jnp.mean((network.apply(params, x) - t) ** 2, axis=1)
        return (w * e).sum() / jax.lax.psum(w.sum(), "data")

    grads = jax.shard_map(jax.grad(local), mesh=mesh, in_specs=(P(), P("data")), out_specs=P())(params, batch)
    return jax.tree.map(lambda g: g / n, grads)
