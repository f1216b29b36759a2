def epoch_of_batches(key, epoch, x, y, batch_size):
    return x.reshape(-1, batch_size, *x.shape[1:]), y.reshape(-1, batch_size, *y.shape[1:])
