# %% right: computed
notes = {}
net = hk.without_apply_rng(hk.transform(lambda x: spied(x, notes)))
bits = jnp.ones((5, 4), jnp.bfloat16)


def count(f, *arguments):
    notes.update(creations=0, reads=0)
    f(*arguments)
    return {"creations": notes["creations"], "reads": notes["reads"]}


compiled = jax.jit(net.apply)
start = net.init(key, bits) if notes.update(creations=0, reads=0) is None else None
predicted_notes = {
    "init": count(net.init, key, bits),
    "apply": count(net.apply, start, bits),
    "compiled": count(lambda: [compiled(start, bits) for _ in range(3)]),
}
predicted_notes |= dict(zip(("value", "dtype", "original"), notes["w"]))

# %% right: lists
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': [3, 4, 4], 'dtype': 'Float32', 'original': [4, 4]}

# %% wrong: a bias too many
predicted_notes = {'init': {'creations': 5, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}

# %% wrong: created in apply
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 3, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}

# %% wrong: each call creates
predicted_notes = {'init': {'creations': 4, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}

# %% wrong: no reads in init
predicted_notes = {'init': {'creations': 3, 'reads': 0}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}

# %% wrong: nothing runs compiled
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 0}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}

# %% wrong: original as stored
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (3, 4, 4)}

# %% wrong: original dtype
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (3, 4, 4), 'dtype': 'bfloat16', 'original': (4, 4)}

# %% wrong: three runs compiled
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 12}, 'value': (3, 4, 4), 'dtype': 'float32', 'original': (4, 4)}

# %% wrong: value as asked
predicted_notes = {'init': {'creations': 3, 'reads': 4}, 'apply': {'creations': 0, 'reads': 4}, 'compiled': {'creations': 0, 'reads': 4}, 'value': (4, 4), 'dtype': 'float32', 'original': (4, 4)}
