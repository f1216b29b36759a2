# %% right: plain
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2"},
    "fresh": {"linear_3", "head"},
    "left over": {"head"},
    "in doubt": {"linear", "linear_1", "linear_2"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 17,
}

# %% right: by running it
key, ones = jax.random.key(0), jnp.ones((3, 8))
new, was = (hk.transform(f).init(key, ones) for f in (after_fn, before_fn))
told = graft(new, was)
names = {f"linear_{i}": f"linear_{i + 1}" for i in (1, 2)}
predicted_graft = dict(
    taken=[m for m in was if m != "head"],
    fresh={path.split("/")[0] for path in told.fresh},
    names=names,
)
predicted_graft["left over"] = tuple({path.split("/")[0] for path in told.left})
predicted_graft["in doubt"] = [m for m in was if m.startswith("linear")]
predicted_graft["leaves of Adam"] = len(graft(adam.init(new), adam.init(was), names).taken)

# %% wrong: what is right is taken
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_2", "linear_3"},
    "fresh": {"linear_1", "head"},
    "left over": {"head"},
    "in doubt": {"linear_1"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 17,
}

# %% wrong: the head has the same name
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2", "head"},
    "fresh": {"linear_3"},
    "left over": set(),
    "in doubt": {"linear", "linear_1", "linear_2"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 21,
}

# %% wrong: the count is forgotten
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2"},
    "fresh": {"linear_3", "head"},
    "left over": {"head"},
    "in doubt": {"linear", "linear_1", "linear_2"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 16,
}

# %% wrong: the first layer is sure
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2"},
    "fresh": {"linear_3", "head"},
    "left over": {"head"},
    "in doubt": {"linear_1", "linear_2"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 17,
}

# %% wrong: names from new to old
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2"},
    "fresh": {"linear_3", "head"},
    "left over": {"head"},
    "in doubt": {"linear", "linear_1", "linear_2"},
    "names": {"linear_2": "linear_1", "linear_3": "linear_2"},
    "leaves of Adam": 17,
}

# %% wrong: head left over only
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2"},
    "fresh": {"linear_3"},
    "left over": {"head"},
    "in doubt": {"linear", "linear_1", "linear_2"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 17,
}
