def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        return jax.lax.pmean(weighted_loss(params, (inputs, targets, weights)), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)
