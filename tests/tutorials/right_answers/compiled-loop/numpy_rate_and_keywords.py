step = jax.jit(my_update, static_argnames=("net",))
def my_jitted_update(params, x, y, lr):
    return step(params, net=my_haiku_net, input=x, target=y, learning_rate=np.float32(lr))
