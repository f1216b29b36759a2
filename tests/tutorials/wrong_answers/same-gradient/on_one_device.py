def same_gradient(mesh, params, batch):
    return jax.grad(weighted_loss)(params, batch)
