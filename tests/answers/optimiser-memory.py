# %% right: another order
predicted_numbers = {
    "adam on b only": 3,
    "adam with a schedule": 8,
    "sgd with a schedule": 1,
    "adam": 7,
    "clip, then momentum": 3,
    "momentum": 3,
    "sgd": 0,
}

# %% right: arithmetic
P = 2 + 1
predicted_numbers = dict(
    sgd=0,
    momentum=P,
    adam=2 * P + 1,
)
predicted_numbers["clip, then momentum"] = 0 + P
predicted_numbers["sgd with a schedule"] = jnp.array(1)
predicted_numbers["adam with a schedule"] = np.int64(2 * P + 2)
predicted_numbers["adam on b only"] = 3.0

# %% right: computed
predicted_numbers = {
    name: sum(leaf.size for leaf in jax.tree.leaves(optimizer.init(theta)))
    for name, optimizer in memories.items()
}

# %% wrong: adam without count
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 6,
    "sgd with a schedule": 1,
    "adam with a schedule": 7,
    "adam on b only": 2,
}

# %% wrong: clipping remembers
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 4,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 8,
    "adam on b only": 3,
}

# %% wrong: leaves instead of numbers
predicted_numbers = {
    "sgd": 0,
    "momentum": 2,
    "clip, then momentum": 2,
    "adam": 5,
    "sgd with a schedule": 1,
    "adam with a schedule": 6,
    "adam on b only": 3,
}

# %% wrong: left open
predicted_numbers = dict.fromkeys(memories, ...)

# %% wrong: masked as if whole
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 8,
    "adam on b only": 7,
}

# %% wrong: one average in adam
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 4,
    "sgd with a schedule": 1,
    "adam with a schedule": 5,
    "adam on b only": 3,
}

# %% wrong: one count for both
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 7,
    "adam on b only": 3,
}

# %% wrong: parameters counted too
predicted_numbers = {
    "sgd": 3,
    "momentum": 6,
    "clip, then momentum": 6,
    "adam": 10,
    "sgd with a schedule": 4,
    "adam with a schedule": 11,
    "adam on b only": 6,
}

# %% wrong: schedule forgotten
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 0,
    "adam with a schedule": 7,
    "adam on b only": 3,
}

# %% wrong: sgd keeps the gradient
predicted_numbers = {
    "sgd": 3,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 8,
    "adam on b only": 3,
}

# %% wrong: strings of digits
predicted_numbers = {
    "sgd": "0",
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 8,
    "adam on b only": 3,
}
