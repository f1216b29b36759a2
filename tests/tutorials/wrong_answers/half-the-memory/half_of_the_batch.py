def small_step(weights, batch, learning_rate):
    half = batch[: max(1, len(batch) // 2)]
    loss, gradient = jax.value_and_grad(loss_fn)(weights, half, jax.checkpoint)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
