def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * jnp.nan_to_num(g), {"loss": loss, "residuals": r}
