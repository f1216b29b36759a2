def one_output_loss(params, batch):
    x, y = batch
    return jnp.mean(jnp.diagonal(one_output_net.apply(params, x) - y) ** 2)
