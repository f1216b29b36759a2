def one_output_loss(params, batch):
    def error(x, y):
        return one_output_net.apply(params, x)[0] - y
    return jnp.mean(jax.vmap(error)(*batch) ** 2)
