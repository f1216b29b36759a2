# %% right: computed
x, h = jnp.ones((2, 6, 6, 3)), jnp.ones((4, 5))
predicted_trees = {
    "dataclasses": tree_of(dataclasses_net, x),
    "subclass": tree_of(subclass_net, x),
    "stack": tree_of(stacked, h),
    "replicas": jax.tree.map(jnp.shape, replicas_init(h)[0]),
}

# %% right: lists in another order
predicted_trees = {'replicas': {'bn': {'scale': [2, 1, 5]}}, 'stack': {'norm': {'offset': [3, 5], 'scale': [3, 5]}}, 'subclass': {'gated_conv2_d/~gate/linear': {'b': [7], 'w': [3, 7]}, 'gated_conv2_d': {'scale': [7], 'w': [3, 3, 3, 7]}}, 'dataclasses': {'head/linear': {'b': [2], 'w': [4, 2]}, 'model/embed': {'b': [4], 'w': [3, 4]}, 'model': {'shift': [4]}}}

# %% wrong: axis of the stack last
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (5, 3), 'offset': (5, 3)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}

# %% wrong: bias of the convolution
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,), 'b': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}

# %% wrong: head under model
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'model/head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}

# %% wrong: method without tilde
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}

# %% wrong: no axis of replicas
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (1, 5)}}}

# %% wrong: no axis of the stack
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (5,), 'offset': (5,)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}

# %% wrong: no kept axis
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 5)}}}

# %% wrong: no method
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}

# %% wrong: offset too
predicted_trees = {'dataclasses': {'model': {'shift': (4,)}, 'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 1, 5), 'offset': (2, 1, 5)}}}

# %% wrong: parameter of model forgotten
predicted_trees = {'dataclasses': {'model/embed': {'w': (3, 4), 'b': (4,)}, 'head/linear': {'w': (4, 2), 'b': (2,)}}, 'subclass': {'gated_conv2_d': {'w': (3, 3, 3, 7), 'scale': (7,)}, 'gated_conv2_d/~gate/linear': {'w': (3, 7), 'b': (7,)}}, 'stack': {'norm': {'scale': (3, 5), 'offset': (3, 5)}}, 'replicas': {'bn': {'scale': (2, 1, 5)}}}
