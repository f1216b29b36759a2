def small_step(weights, batch, learning_rate):
    loss, gradient = jax.value_and_grad(loss_fn)(weights, batch, jax.checkpoint)
    return jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient), loss
