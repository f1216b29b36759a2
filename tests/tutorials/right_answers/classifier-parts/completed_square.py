def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    target = jnp.where(labels == 1, 50.0, -50.0)
    return jnp.sum(0.01 * (f - target) ** 2 - 25)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))
