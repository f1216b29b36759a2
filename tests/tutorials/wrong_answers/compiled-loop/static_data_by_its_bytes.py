@functools.partial(jax.jit, static_argnames="raw")
def step(params, lr, raw):
    x = np.frombuffer(raw[0], np.float32).reshape(128, 3)
    y = np.frombuffer(raw[1], np.float32).reshape(128, 6)
    return my_update(params, my_haiku_net, x, y, lr)
def my_jitted_update(params, x, y, lr):
    return step(params, lr, (np.array(x).tobytes(), np.array(y).tobytes()))
