def my_jitted_update(params, x, y, lr):
    loss, new_params = my_update(params, my_haiku_net, x, y, lr)
    return float(loss), new_params
