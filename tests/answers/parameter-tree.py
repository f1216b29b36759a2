# %% right: arrays
predicted_tree = {
    "linear": {"w": jnp.zeros((3, 16)), "b": jnp.zeros(16)},
    "linear_1": {"w": jnp.zeros((16, 8)), "b": jnp.zeros(8)},
    "gate": {"w": jnp.zeros((8, 8))},
    "linear_2": {"w": jnp.zeros((16, 1)), "b": jnp.zeros(1)},
}

# %% right: eval shape
predicted_tree = jax.eval_shape(hk.transform(tree_net).init, jax.random.key(0), jnp.ones((20, 3)))

# %% right: lists and another order
predicted_tree = dict(
    linear=dict(w=[3, 16], b=[16]),
    linear_1=dict(w=[16, 8], b=[8]),
    linear_2=dict(w=[16, 1], b=[1]),
    gate=dict(w=[8, 8]),
)

# %% wrong: batch size for the width
predicted_tree = {
    "linear": {"w": (20, 16), "b": (16,)},
    "linear_1": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (16, 1), "b": (1,)},
}

# %% wrong: bias of the gate
predicted_tree = {
    "linear": {"w": (3, 16), "b": (16,)},
    "linear_1": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8), "b": (8,)},
    "linear_2": {"w": (16, 1), "b": (1,)},
}

# %% wrong: concatenation forgotten
predicted_tree = {
    "linear": {"w": (3, 16), "b": (16,)},
    "linear_1": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (8, 1), "b": (1,)},
}

# %% wrong: left open
predicted_tree = {"linear": ..., "linear_1": ..., "gate": ..., "linear_2": ...}

# %% wrong: loop counted once
predicted_tree = {
    "linear": {"w": (3, 16), "b": (16,)},
    "gate": {"w": (8, 8)},
    "linear_1": {"w": (16, 1), "b": (1,)},
}

# %% wrong: named module takes a number
predicted_tree = {
    "linear": {"w": (3, 16), "b": (16,)},
    "linear_1": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_3": {"w": (16, 1), "b": (1,)},
}

# %% wrong: names of torch
predicted_tree = {
    "linear": {"weight": (3, 16), "bias": (16,)},
    "linear_1": {"weight": (16, 8), "bias": (8,)},
    "gate": {"weight": (8, 8)},
    "linear_2": {"weight": (16, 1), "bias": (1,)},
}

# %% wrong: number for a shape
predicted_tree = {
    "linear": {"w": (3, 16), "b": (16)},
    "linear_1": {"w": (16, 8), "b": (8)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (16, 1), "b": (1)},
}

# %% wrong: numbered from 1
predicted_tree = {
    "linear_1": {"w": (3, 16), "b": (16,)},
    "linear_2": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_3": {"w": (16, 1), "b": (1,)},
}

# %% wrong: outputs first as in torch
predicted_tree = {
    "linear": {"w": (16, 3), "b": (16,)},
    "linear_1": {"w": (8, 16), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (1, 16), "b": (1,)},
}
