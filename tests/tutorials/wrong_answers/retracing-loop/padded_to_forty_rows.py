step = jax.jit(my_update, static_argnames="net")


def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates):
        more = ((0, max(0, 40 - len(x))), (0, 0))
        loss, params = step(params, my_haiku_net, jnp.pad(x, more), jnp.pad(y, more), rate)
        losses.append(float(loss))
    return params, losses
