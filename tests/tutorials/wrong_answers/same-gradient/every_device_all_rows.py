def same_gradient(mesh, params, batch):
    return jax.shard_map(jax.grad(weighted_loss), mesh=mesh, in_specs=(P(), P()), out_specs=P())(params, batch)
