def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    total = 0.0
    for o, y in zip(f[:, 0], labels[:, 0]):
        if y == 1:
            total = total - o
        else:
            total = total + o
    return total + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))
