# %% right: arrays changed and put back
a, b, c = jnp.ones(3), jnp.ones((3, 4)), 5
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: "raises", 4: (4, 5, 3), 5: "raises", 6: (3, 6, 4, 5)}

# %% right: lists and capitals
predicted_shapes = {1: [3, 4, 5], 2: [4, 3, 5], 3: "Raises", 4: [4, 5, 3], 5: "RAISES", 6: [3, 6, 4, 5]}

# %% right: spelled out
predicted_shapes = {}
predicted_shapes[1] = (3, 4, 5)
predicted_shapes[2] = (4, 3, 5)
predicted_shapes[3] = "raises"
predicted_shapes[4] = (4, 5, 3)
predicted_shapes[5] = "raises"
predicted_shapes[6] = (3, 6, 4, 5)

# %% wrong: a number broadcasts
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: "raises", 4: (4, 5, 3), 5: (3, 4, 1), 6: (3, 6, 4, 5)}

# %% wrong: batch axis forgotten
predicted_shapes = {1: (4, 5), 2: (3, 5), 3: "raises", 4: (4, 5), 5: "raises", 6: (4, 5)}

# %% wrong: batch of columns stays second
predicted_shapes = {1: (3, 4, 5), 2: (3, 4, 5), 3: "raises", 4: (4, 5, 3), 5: "raises", 6: (3, 6, 4, 5)}

# %% wrong: counted from zero
predicted_shapes = {0: (3, 4, 5), 1: (4, 3, 5), 2: "raises", 3: (4, 5, 3), 4: "raises", 5: (3, 6, 4, 5)}

# %% wrong: inner map first
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: "raises", 4: (4, 5, 3), 5: "raises", 6: (6, 3, 4, 5)}

# %% wrong: lengths that differ are cut
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: (3, 3, 5), 4: (4, 5, 3), 5: "raises", 6: (3, 6, 4, 5)}

# %% wrong: nesting raises
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: "raises", 4: (4, 5, 3), 5: "raises", 6: "raises"}

# %% wrong: numbers of axes
predicted_shapes = {1: 3, 2: 3, 3: "raises", 4: 3, 5: "raises", 6: 4}

# %% wrong: out_axes ignored
predicted_shapes = {1: (3, 4, 5), 2: (4, 3, 5), 3: "raises", 4: (3, 4, 5), 5: "raises", 6: (3, 6, 4, 5)}

# %% wrong: shapes as text
predicted_shapes = {1: "(3, 4, 5)", 2: "(4, 3, 5)", 3: "raises", 4: "(4, 5, 3)", 5: "raises", 6: "(3, 6, 4, 5)"}
