def sharded_step(mesh):
    def update(params, batch):
        loss, grads = jax.value_and_grad(lambda params: jax.lax.pmean(loss_fn(params, batch), "data"))(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    first = auto_mesh((mesh.size,), ("data",), jax.devices()[: mesh.size])
    return jax.jit(jax.shard_map(update, mesh=first, in_specs=(P(), P("data")), out_specs=P()))
