outcomes = {}
for letter, call in calls.items():
    try:
        leaves = jax.tree.leaves(call())
    except Exception:
        outcomes[letter] = "fails"
        continue
    leaked = any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)
    equal = letter in "ABC" and bool((leaves[0] == leaves[0][0]).all())
    outcomes[letter] = "wrong" if leaked or equal else "right"
