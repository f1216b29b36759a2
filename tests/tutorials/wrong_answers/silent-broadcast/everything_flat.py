def train(x, y, learning_rate, steps):
    params = dict(w=jnp.zeros(x.shape[1]), b=jnp.zeros(()))
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(lambda p: jnp.mean((x @ p["w"] + p["b"] - y.squeeze()) ** 2))(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
