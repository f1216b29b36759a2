def sharded_step(mesh):
    gradient = jax.shard_map(
        jax.value_and_grad(loss_fn), mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False
    )

    @jax.jit
    def step(params, batch):
        loss, grads = gradient(params, batch)
        grads = jax.lax.pmean(grads, "data")
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    return step
