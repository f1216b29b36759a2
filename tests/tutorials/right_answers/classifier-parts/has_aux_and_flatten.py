def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))


def my_update_function(params, net, x, labels, learning_rate):
    def f(p):
        v = my_loss(p, net, x, labels)
        return v, v
    grad, loss = jax.grad(f, has_aux=True)(params)
    leaves, tree = jax.tree.flatten(params)
    new = [p - learning_rate * g for p, g in zip(leaves, jax.tree.leaves(grad))]
    return loss, jax.tree.unflatten(tree, new)
