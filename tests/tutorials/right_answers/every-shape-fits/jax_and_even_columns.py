def convert(saved):
    """By columns of the transposed matrix."""
    turned = jnp.asarray(saved["both.weight"]).swapaxes(0, 1)
    even = jnp.arange(0, turned.shape[1], 2)
    return {
        "block/gate": {"w": jnp.take(turned, even + 1, axis=1)},
        "block/value": {"w": jnp.take(turned, even, axis=1)},
        "block/norm": {"scale": jnp.array(saved["norm.weight"]), "offset": jnp.array(saved["norm.bias"])},
        "block/out": {"w": jnp.einsum("oi->io", saved["out.weight"])},
    }
