predicted_factors = {"batch twice": {}, "error twice": {}}
for name, reduce in reductions.items():

    def loss(params, x, y, reduce=reduce):
        return reduce(network.apply(params, x) - y)

    def length(tree):
        return jnp.sqrt(sum((leaf**2).sum() for leaf in jax.tree.leaves(tree)))

    doubled = jnp.concatenate([inputs, inputs]), jnp.concatenate([targets, targets])
    slopes = jax.grad(loss)(start, inputs, targets)
    predicted_factors["batch twice"][name] = length(jax.grad(loss)(start, *doubled)) / length(slopes)
    predicted_factors["error twice"][name] = length(jax.grad(reduce)(2 * error)) / length(jax.grad(reduce)(error))
