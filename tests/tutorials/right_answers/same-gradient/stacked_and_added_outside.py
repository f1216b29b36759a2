def same_gradient(mesh, params, batch):
    """Each device gives its own sums, stacked; they are added up outside."""

    def local(params, batch):
        x, t, w = batch
        own = jax.lax.pcast(params, "data", to="varying")
        errors, pull = jax.vjp(lambda p: jnp.mean(jnp.square(network.apply(p, x) - t), axis=1), own)
        (grads,) = pull(w)
        return jax.tree.map(lambda a: a[None], (grads, w.sum()))

    stacked, counts = jax.shard_map(local, mesh=mesh, in_specs=(P(), P("data")), out_specs=P("data"))(params, batch)
    whole = NamedSharding(mesh, P())
    mean = jax.tree.map(lambda g: g.sum(0) / counts.sum(), stacked)
    return jax.lax.with_sharding_constraint(mean, whole)
