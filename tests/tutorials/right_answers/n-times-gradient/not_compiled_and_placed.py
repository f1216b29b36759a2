def sharded_step(mesh):
    def local(params, rows, targets):
        def mean_loss(params):
            errors = (network.apply(params, rows) - targets) ** 2
            return jax.lax.psum(errors.sum(), "data") / jax.lax.psum(errors.size, "data")

        return jax.value_and_grad(mean_loss)(params)

    @jax.jit
    def step(params, batch):
        batch = jax.device_put(batch, NamedSharding(mesh, P("data")))
        specs = (P(), P("data"), P("data"))
        loss, grads = jax.shard_map(local, mesh=mesh, in_specs=specs, out_specs=(P(), P()))(params, *batch)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return lambda params, batch: step(params, batch)
