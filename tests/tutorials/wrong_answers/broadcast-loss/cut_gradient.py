def one_output_loss(params, batch):
    x, y = batch
    return mean_squared_error(jax.lax.stop_gradient(one_output_net.apply(params, x)[:, 0]), y)
