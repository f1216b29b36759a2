my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

def train(params):
    global my_haiku_params, loss
    for _ in range(3):
        loss, params = my_update(params, my_haiku_net, inputs, outputs, learning_rate)
    my_haiku_params = params
    return params
jax.jit(train)(my_haiku_params)
