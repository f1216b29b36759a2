def sgd_step(params, x, y, learning_rate):
    leaves, tree = jax.tree.flatten(params)

    def loss_of(leaves):
        return jnp.square(predict(jax.tree.unflatten(tree, leaves), x) - y).mean(axis=1).mean()

    loss, slopes = jax.value_and_grad(loss_of)(leaves)
    return loss, jax.tree.unflatten(tree, [p - learning_rate * s for p, s in zip(leaves, slopes, strict=True)])


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
