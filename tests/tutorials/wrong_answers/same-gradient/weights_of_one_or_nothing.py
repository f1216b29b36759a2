def same_gradient(mesh, params, batch):
    def loss(params, inputs, targets, weights):
        real = jnp.where(weights > 0, 1.0, 0.0)
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        return jax.lax.psum(jnp.sum(real * errors), "data") / jax.lax.psum(jnp.sum(real), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    return jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())(params, *batch)
