def one_output_loss(params, batch):
    x, y = batch
    return mean_squared_error(one_output_net.apply(params, x), y.reshape(128, 1))
