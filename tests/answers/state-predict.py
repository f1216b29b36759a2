# %% right: by eval shape
_, first = jax.eval_shape(lambda: hk.transform_with_state(watched_net).init(jax.random.key(0), fours, is_training=True))
predicted_state = {"shapes": first, "calls": (0, 1, 2, 3, 2), "counter": (0, 1, 2, 2, 2), "hidden": list(jnp.array([0.0, 2.0, 5.0, 5.0, 3.0]))}

# %% right: by hand in words
def entry():
    return dict(average=[1, 3], counter=[], hidden=[1, 3])


h_b = 0.5 * 0 + 0.5 * 4
h_c = 0.5 * h_b + 0.5 * 8
predicted_state = dict(
    shapes={"norm/~/var_ema": entry(), "norm/~/mean_ema": entry(), "~": {"calls": []}},
    calls=[0, 1, 2, 3, 2],
    counter=[0, 1, 2, 2, 2],
    hidden=[0, h_b, h_c, h_c, 0.5 * h_b + 0.5 * 4],
)

# %% right: by running
states = watched_states()
ema = [state["norm/~/mean_ema"] for state in states]
predicted_state = {
    "shapes": jax.tree.map(jnp.shape, states[0]),
    "calls": [state["~"]["calls"] for state in states],
    "counter": [entry["counter"] for entry in ema],
    "hidden": [entry["hidden"][0, 0] for entry in ema],
}

# %% wrong: a note beside
a = {"counter": (), "hidden": (1, 3), "average": (1, 3)}
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": a, "norm/~/var_ema": dict(a)}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0.0, 2.0, 5.0, 5.0, 3.0]}
predicted_state["note"] = "d reads only"

# %% wrong: average for hidden
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [4, 4, 20/3, 20/3, 4]}

# %% wrong: average left out
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: calls stop in evaluation
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 2, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: counter per channel
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (1, 3), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: decay of the other side
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 4, 6, 6, 4]}

# %% wrong: hidden goes on in evaluation
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 6.5, 3]}

# %% wrong: init counts as a call
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [1, 2, 3, 4, 3], "counter": [1, 2, 3, 3, 3], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: left open
predicted_state = {"shapes": ..., "calls": ..., "counter": ..., "hidden": ...}

# %% wrong: one number
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": 3, "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: scale and offset as state
predicted_state = {"shapes": {"~": {"calls": ()}, "norm": {"scale": (1, 3), "offset": (1, 3)}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: shapes without the first axis
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (3,), "average": (3,)}, "norm/~/var_ema": {"counter": (), "hidden": (3,), "average": (3,)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: sizes for shapes
predicted_state = {"shapes": {"~": {"calls": 1}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}

# %% wrong: state in place so e is last
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 4], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}
