def locate_step(position, beacons, distances, learning_rate):
    position = jnp.asarray(position, float)

    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        first = jnp.argmin(s)
        s = s.at[first].set(jnp.where(s[first] == 0, 1.0, s[first]))
        lengths = jnp.sqrt(s)
        lengths = lengths.at[first].set(jnp.where(jnp.all(p == beacons[first]), 0.0, lengths[first]))
        return jnp.mean((lengths - distances) ** 2), lengths - distances

    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}
