def one_output_loss(params, batch):
    x, y = batch
    return np.mean((np.array(one_output_net.apply(params, x))[:, 0] - np.array(y)) ** 2)
