def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    if labels.shape != f.shape:
        raise ValueError("shapes")
    return jnp.where(labels == 1, -f, f).sum() + 0.01 * jnp.vdot(f, f)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))
