def one_output_loss(params, batch):
    x, y = batch
    return jnp.sum((one_output_net.apply(params, x)[:, 0] - y) ** 2) / 128
