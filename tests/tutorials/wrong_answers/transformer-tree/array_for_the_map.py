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
