def train_step(params, state, x, y):
    state = jax.lax.stop_gradient(state)
    leaves, treedef = jax.tree.flatten(params)

    def loss_fn(*leaves):
        p = jax.tree.unflatten(treedef, leaves)
        logits, new_state = network.apply(p, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), jax.lax.stop_gradient(new_state)

    positions = tuple(range(len(leaves)))
    (loss, new_state), slopes = jax.value_and_grad(loss_fn, argnums=positions, has_aux=True)(*leaves)
    new = [leaf - learning_rate * slope for leaf, slope in zip(leaves, slopes, strict=True)]
    return jax.tree.unflatten(treedef, new), new_state, loss
