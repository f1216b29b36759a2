# %% right: computed
held = {}
exec(NET, held)
settings = SimpleNamespace(size=2, penalty=True, depth=3, norm=False)
init = held["make_net"](settings).init
predicted_tree = jax.tree.map(jnp.shape, init(key, jnp.ones((5, 4))))

# %% right: lists in another order
predicted_tree = {"net/gate": {"scale": [2], "w": [4, 2], "b": [2]}, "net/__layer_stack_no_per_layer/linear": {"b": [3, 4], "w": [3, 4, 4]}, "net": {"scale": [2]}}

# %% wrong: one scale
predicted_tree = {"net/__layer_stack_no_per_layer/linear": {"w": (3, 4, 4), "b": (3, 4)}, "net/gate": {"w": (4, 2), "b": (2,), "scale": (2,)}}

# %% wrong: the scale is that of net alone
predicted_tree = {"net": {"scale": (2,)}, "net/__layer_stack_no_per_layer/linear": {"w": (3, 4, 4), "b": (3, 4)}, "net/gate": {"w": (4, 2), "b": (2,)}}

# %% wrong: no axis of the stack
predicted_tree = {"net": {"scale": (2,)}, "net/__layer_stack_no_per_layer/linear": {"w": (4, 4), "b": (4,)}, "net/gate": {"w": (4, 2), "b": (2,), "scale": (2,)}}

# %% wrong: axis of the stack last
predicted_tree = {"net": {"scale": (2,)}, "net/__layer_stack_no_per_layer/linear": {"w": (4, 4, 3), "b": (4, 3)}, "net/gate": {"w": (4, 2), "b": (2,), "scale": (2,)}}

# %% wrong: each row of the report
predicted_tree = {"net": {"scale": (2,)}, "net/__layer_stack_no_per_layer/linear": {"w": (3, 4, 4), "b": (3, 4)}, "net/rms_norm": {"scale": (4,)}, "net/gate": {"w": (4, 2), "b": (2,), "scale": (2,)}}

# %% wrong: inputs and outputs exchanged
predicted_tree = {"net": {"scale": (2,)}, "net/__layer_stack_no_per_layer/linear": {"w": (3, 4, 4), "b": (3, 4)}, "net/gate": {"w": (2, 4), "b": (2,), "scale": (2,)}}
