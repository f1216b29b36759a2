@jax.jit
def step(params, batch, lr):
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    return jax.tree.map(lambda p, g: p - lr * g, params, grads), loss
def quick_training(params, batches, rates):
    losses = []
    for batch, lr in zip(batches, rates):
        params, loss = step(params, batch, lr)
        losses.append(loss)
    return params, jnp.stack(losses)
