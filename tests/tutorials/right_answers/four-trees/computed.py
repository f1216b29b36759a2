x, h = jnp.ones((2, 6, 6, 3)), jnp.ones((4, 5))
predicted_trees = {
    "dataclasses": tree_of(dataclasses_net, x),
    "subclass": tree_of(subclass_net, x),
    "stack": tree_of(stacked, h),
    "replicas": jax.tree.map(jnp.shape, replicas_init(h)[0]),
}
