def one_output_loss(params, batch):
    x, y = batch
    return jnp.sqrt(mean_squared_error(one_output_net.apply(params, x)[:, 0], y))
