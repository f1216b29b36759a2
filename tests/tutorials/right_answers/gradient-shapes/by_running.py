predicted_gradients = {}
for name, call in calls.items():
    try:
        predicted_gradients[name] = jax.tree.map(jnp.shape, call())
    except TypeError:
        predicted_gradients[name] = "fails"
