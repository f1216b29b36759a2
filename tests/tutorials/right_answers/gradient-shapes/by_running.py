predicted = {}
for name, call in calls.items():
    try:
        predicted[name] = jax.tree.map(jnp.shape, call())
    except TypeError:
        predicted[name] = "fails"
