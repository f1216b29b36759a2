def sharded_step(mesh):
    rows = jax.shard_map(lambda batch: batch, mesh=mesh, in_specs=P("data"), out_specs=P("data"))
    return jax.jit(lambda params, batch: step(params, rows(batch)))
