def same_gradient(mesh, params, batch):
    x, t, w = batch
    keep = np.asarray(w) > 0
    x, t, w = x[keep], t[keep], w[keep]
    return jax.shard_map(
        lambda p, b: jax.grad(lambda p: jax.lax.pmean(weighted_loss(p, b), "data"))(p),
        mesh=mesh, in_specs=(P(), P("data")), out_specs=P(),
    )(params, (x, t, w))
