# %% right: by running them
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

# %% right: capitals and spaces
outcomes = {k: v.title() + " " for k, v in zip("ABCDEFGH", "wrong right wrong wrong right fails fails right".split())}

# %% right: plain
outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="right", F="fails", G="fails", H="right")

# %% wrong: grad inside always wrong
outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="right", F="fails", G="fails", H="wrong")

# %% wrong: jit inside is fine
outcomes = dict(A="wrong", B="right", C="wrong", D="right", E="right", F="fails", G="fails", H="right")

# %% wrong: jit outside leaks
outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="wrong", F="fails", G="fails", H="right")

# %% wrong: map runs row by row
outcomes = dict(A="right", B="right", C="wrong", D="wrong", E="right", F="fails", G="fails", H="right")

# %% wrong: split at init gives three matrices
outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="right", F="wrong", G="fails", H="right")

# %% wrong: split_rng by running init
outcomes = dict(A="wrong", B="right", C="right", D="wrong", E="right", F="fails", G="fails", H="right")

# %% wrong: vmap outside shares masks
outcomes = dict(A="wrong", B="wrong", C="wrong", D="wrong", E="right", F="fails", G="fails", H="right")

# %% wrong: while_loop at init
outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="right", F="fails", G="right", H="right")
