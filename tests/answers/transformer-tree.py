# %% right: computed
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

# %% right: lists
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": [8, 8],
    "query with 4 heads": [8, 8],
    "embeddings": [6, 8],
    "positions": [5, 8],
    "first of MLP": [8, 20],
    "modules": 28,
    "logits": [4, 5, 6],
    "maps": [3, 4, 2, 5, 5],
}

# %% right: numpy integers
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": np.zeros((6, 8)).shape,
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": np.int64(28),
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: a number for a shape
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": 40,
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: array for the map
predicted_tree = {
    "last query": "transformer/block_2/attention/query/w",
    "query": (8, 4),
    "query with 4 heads": (8, 2),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 11,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: blocks from one
predicted_tree = {
    "last query": "transformer/block_3/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: bool
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": True,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: constructor mark
predicted_tree = {
    "last query": "transformer/~/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: heads as an axis
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 2, 4),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: length for vocabulary
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (5, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: logits not per position
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: maps batch first
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (4, 3, 2, 5, 5),
}

# %% wrong: modules of one block
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 12,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: more heads more columns
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 16),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: one head only
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 4),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: outputs first
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (5, 8),
    "first of MLP": (20, 8),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}

# %% wrong: positions in batches
predicted_tree = {
    "last query": "transformer/block_2/attention/query",
    "query": (8, 8),
    "query with 4 heads": (8, 8),
    "embeddings": (6, 8),
    "positions": (4, 5, 8),
    "first of MLP": (8, 20),
    "modules": 28,
    "logits": (4, 5, 6),
    "maps": (3, 4, 2, 5, 5),
}
