def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    f = jnp.clip(f, -50, 50)
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))


def my_update_function(params, net, x, labels, learning_rate):
    loss, grad = jax.value_and_grad(my_loss)(params, net, x, labels)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grad)
    return loss, new_params
