largest_rate = {}
for name, (loss, data) in more_losses.items():
    vector, unravel = ravel_pytree(params)
    hessian = jax.jit(jax.hessian(lambda v: loss(unravel(v), data)))(vector)
    largest_rate[name] = 2 / np.linalg.eigvalsh(hessian)[-1]
