def sharded_step(mesh):
    def update(params, batch):
        whole = jax.tree.map(lambda a: jax.lax.all_gather(a, "data", tiled=True), batch)
        loss, grads = jax.value_and_grad(loss_fn)(params, whole)
        grads = jax.tree.map(lambda g: g / mesh.devices.size, grads)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))
