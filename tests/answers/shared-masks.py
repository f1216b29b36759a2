# %% right: by running them
mask_counts = {}
for letter, f in mask_nets.items():
    rows = hk.transform(f).apply({}, jax.random.key(3), many_rows).reshape(6, -1)
    mask_counts[letter] = len({tuple(row.tolist()) for row in rows})
mask_counts["G"] = len({tuple(row.tolist()) for row in from_outside(many_rows).reshape(6, -1)})

# %% right: plain
mask_counts = dict(A=6, B=3, C=2, D=1, E=6, F=3, G=3)

# %% wrong: the outer argument is the inner
mask_counts = dict(A=6, B=2, C=3, D=1, E=6, F=3, G=3)

# %% wrong: one False spoils all
mask_counts = dict(A=6, B=1, C=1, D=1, E=6, F=3, G=3)

# %% wrong: split_rng splits a key that was drawn
mask_counts = dict(A=6, B=3, C=2, D=6, E=6, F=3, G=3)

# %% wrong: without vmap there is one mask
mask_counts = dict(A=6, B=3, C=2, D=1, E=1, F=3, G=3)

# %% wrong: jax.vmap shares everything inside
mask_counts = dict(A=6, B=3, C=2, D=1, E=6, F=1, G=3)

# %% wrong: jax.vmap of apply splits the key
mask_counts = dict(A=6, B=3, C=2, D=1, E=6, F=3, G=6)

# %% wrong: hk.vmap under jax.vmap has a key for each row
mask_counts = dict(A=6, B=3, C=2, D=1, E=6, F=6, G=3)
