@jax.jit
def my_jitted_update(params, x, y, lr):
    new_params, losses = fit_one(params, x, y, lr)
    return losses[0], new_params


def fit_one(params, x, y, lr):
    def step(params, _):
        loss, new_params = my_update(params, my_haiku_net, x, y, lr)
        return new_params, loss

    return jax.lax.scan(step, params, length=1)
