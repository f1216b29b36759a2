def direction_loss(params, batch):
    x, y = batch
    h = np.tanh(np.asarray(x @ params["encoder"]))
    n = np.linalg.norm(h, axis=1, keepdims=True)
    u = h / np.where(n > 0, n, 1)
    return jnp.mean((u @ params["head"] - y) ** 2)
