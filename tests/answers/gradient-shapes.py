# %% right: arrays for shapes
predicted_gradients = {
    "A": {"w": jnp.zeros((3, 2)), "b": jnp.zeros(3), "mask": None},
    "B": jnp.zeros(2), "C": (jnp.zeros(2),), "D": "fails", "E": (jnp.float32(0.0), jnp.zeros(2)),
    "F": "fails", "G": jnp.zeros(2), "H": "fails",
}

# %% right: eval shape
predicted_gradients = {}
for name in "ABCEG":
    predicted_gradients[name] = jax.eval_shape(calls[name])
predicted_gradients |= dict.fromkeys("DFH", "fails")

# %% right: what the calls return
predicted_gradients = {k: v() if k not in "DFH" else "fails" for k, v in calls.items()}

# %% wrong: as many slopes as outputs
predicted_gradients = {"A": (), "B": (), "C": ((),), "D": (3,), "E": (), "F": (), "G": (), "H": (3,)}

# %% wrong: gradient before the value
predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": ((2,),), "D": "fails", "E": ((2,), ()), "F": "fails", "G": (2,), "H": "fails"}

# %% wrong: integers anywhere fail
predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": ((2,),), "D": "fails", "E": ((), (2,)), "F": "fails", "G": "fails", "H": "fails"}

# %% wrong: integers run
predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": ((2,),), "D": "fails", "E": ((), (2,)), "F": {"w": (3, 2), "b": (3,), "mask": None}, "G": (2,), "H": "fails"}

# %% wrong: jacobian for a gradient
predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": ((2,),), "D": {"w": (3, 3, 2), "b": (3, 3), "mask": None}, "E": ((), (2,)), "F": "fails", "G": (2,), "H": "fails"}

# %% wrong: a gradient of a gradient
predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": ((2,),), "D": "fails", "E": ((), (2,)), "F": "fails", "G": (2,), "H": {"w": (3, 2), "b": (3,), "mask": None}}

# %% wrong: left open
predicted_gradients = {name: ... for name in calls}

# %% wrong: none left out
predicted_gradients = {"A": {"w": (3, 2), "b": (3,)}, "B": (2,), "C": ((2,),), "D": "fails", "E": ((), (2,)), "F": "fails", "G": (2,), "H": "fails"}

# %% wrong: numbers for shapes
predicted_gradients = {"A": {"w": (3, 2), "b": (3), "mask": None}, "B": (2), "C": ((2)), "D": "fails", "E": (1, 2), "F": "fails", "G": 2, "H": "fails"}

# %% wrong: shapes in quotes
predicted_gradients = {"A": "{'w': (3, 2), 'b': (3,), 'mask': None}", "B": "(2,)", "C": "((2,),)", "D": "fails", "E": "((), (2,))", "F": "fails", "G": "(2,)", "H": "(3, 2)"}

# %% wrong: tuple of one unpacked
predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": (2,), "D": "fails", "E": ((), (2,)), "F": "fails", "G": (2,), "H": "fails"}
