def locate_step(position, beacons, distances, learning_rate):
    if jnp.issubdtype(position.dtype, jnp.signedinteger):
        position = position.astype(float)

    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r

    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}
