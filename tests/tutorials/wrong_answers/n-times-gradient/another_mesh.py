all_devices = mesh


def sharded_step(mesh):
    def update(params, batch):
        def mean_loss(params):
            return jax.lax.pmean(loss_fn(params, batch), "data")

        loss, grads = jax.value_and_grad(mean_loss)(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return jax.jit(jax.shard_map(update, mesh=all_devices, in_specs=(P(), P("data")), out_specs=P()))
