def one_output_loss(params, batch):
    x, y = batch
    e = jnp.squeeze(one_output_net.apply(params, x), axis=-1) - y
    return e @ e / len(e)
