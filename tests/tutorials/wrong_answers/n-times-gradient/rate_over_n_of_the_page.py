def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        params = jax.tree.map(lambda p, g: p - 0.1 / n * g, params, grads)
        return params, jax.lax.pmean(loss, "data")

    return jax.jit(jax.shard_map(update, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()))
