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
