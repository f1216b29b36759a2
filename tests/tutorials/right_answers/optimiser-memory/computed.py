predicted_numbers = {
    name: sum(leaf.size for leaf in jax.tree.leaves(optimizer.init(theta)))
    for name, optimizer in memories.items()
}
