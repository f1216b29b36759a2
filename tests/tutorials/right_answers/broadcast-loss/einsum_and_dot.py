def one_output_loss(params, batch):
    x, y = batch
    errors = jnp.einsum("bk->b", one_output_net.apply(params, x)) - y
    return jnp.vdot(errors, errors) / errors.shape[0]
