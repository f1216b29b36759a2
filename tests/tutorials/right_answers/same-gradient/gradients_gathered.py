def same_gradient(mesh, params, batch):
    def local(params, batch):
        inputs, targets, weights = batch
        own = jax.lax.pcast(params, "data", to="varying")

        def total(params):
            return weights @ jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)

        every = jax.lax.all_gather((jax.grad(total)(own), weights.sum()), "data")
        grads, count = jax.tree.map(lambda a: a.sum(axis=0), every)
        return jax.lax.pmean(jax.tree.map(lambda g: g / count, grads), "data")

    return jax.shard_map(local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P())(params, batch)
