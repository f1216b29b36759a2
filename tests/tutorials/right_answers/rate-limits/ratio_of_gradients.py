def steep(loss, data):
    return jnp.linalg.norm(ravel_pytree(jax.grad(loss)(start, data))[0])
largest_rate = {name: limits["mean"] * steep(loss_fn, batch) / steep(*loss) for name, loss in more_losses.items()}
largest_rate["norm, every example twice"] = np.float32(limits["norm"] / np.sqrt(2))
