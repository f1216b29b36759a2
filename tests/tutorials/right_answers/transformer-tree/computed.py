small = Config(vocabulary=6, length=5, width=8, heads=2, blocks=3, hidden=20)
net = hk.without_apply_rng(hk.transform(lambda t: Transformer(small)(t)))
small_params = net.init(jax.random.key(0), jnp.zeros((4, 5), int))
out, its_maps = net.apply(small_params, jnp.zeros((4, 5), int))
predicted_tree = {
    "last query": list(n for n in small_params if n.endswith("query"))[-1],
    "query": small_params["transformer/block_2/attention/query"]["w"].shape,
    "query with 4 heads": small_params["transformer/block_2/attention/query"]["w"].shape,
    "embeddings": small_params["transformer/embed"]["embeddings"].shape,
    "positions": small_params["transformer"]["positions"].shape,
    "first of MLP": small_params["transformer/block_0/mlp/linear"]["w"].shape,
    "modules": len(small_params),
    "logits": out.shape,
    "maps": its_maps.shape,
}
