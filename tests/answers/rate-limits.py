# %% right: hessian of each
largest_rate = {}
for name, (loss, data) in more_losses.items():
    vector, unravel = ravel_pytree(params)
    hessian = jax.jit(jax.hessian(lambda v: loss(unravel(v), data)))(vector)
    largest_rate[name] = 2 / np.linalg.eigvalsh(hessian)[-1]

# %% right: ratio of gradients
def steep(loss, data):
    return jnp.linalg.norm(ravel_pytree(jax.grad(loss)(start, data))[0])
largest_rate = {name: limits["mean"] * steep(loss_fn, batch) / steep(*loss) for name, loss in more_losses.items()}
largest_rate["norm, every example twice"] = np.float32(limits["norm"] / np.sqrt(2))

# %% right: typed numbers
largest_rate = {"half of the mean": 0.07, "sum over outputs, mean over examples": 0.0058, "mean, every example twice": 0.035, "sum, every example twice": 2.3e-5, "norm, every example twice": 0.0018}

# %% wrong: all the same
largest_rate = {name: limits["mean"] for name in more_losses}

# %% wrong: norm like the sum
largest_rate = {"half of the mean": 2 * limits["mean"], "sum over outputs, mean over examples": limits["mean"] / 6, "mean, every example twice": limits["mean"], "sum, every example twice": limits["sum"] / 2, "norm, every example twice": limits["norm"] / 2}

# %% wrong: per example like the sum
largest_rate = {"half of the mean": 2 * limits["mean"], "sum over outputs, mean over examples": limits["sum"], "mean, every example twice": limits["mean"], "sum, every example twice": limits["sum"] / 2, "norm, every example twice": limits["norm"] / 2**0.5}

# %% wrong: text
largest_rate = {name: "0.07" for name in more_losses}

# %% wrong: twice the data halves the mean
largest_rate = {"half of the mean": 2 * limits["mean"], "sum over outputs, mean over examples": limits["mean"] / 6, "mean, every example twice": limits["mean"] / 2, "sum, every example twice": limits["sum"] / 2, "norm, every example twice": limits["norm"] / 2**0.5}

# %% wrong: yes and no
largest_rate = dict.fromkeys(more_losses, True)
