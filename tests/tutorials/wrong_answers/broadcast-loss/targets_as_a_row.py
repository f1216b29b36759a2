def one_output_loss(params, batch):
    x, y = batch
    return jnp.mean((one_output_net.apply(params, x) - y[None, :]) ** 2)
