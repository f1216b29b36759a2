def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def res(p):
        return jnp.sqrt(jnp.sum((p - beacons) ** 2, axis=1)) - distances
    r, J = res(position), jnp.nan_to_num(jax.jacobian(res)(position))
    return position - learning_rate * 2 / r.size * r @ J, {"loss": jnp.mean(r**2), "residuals": r}
