import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, size, dtype in (
        (1, 1, "int32"),
        (5, 60, "int8"),
        (5, 3, "uint8"),
        (9, 500, "uint16"),
        (2, 10, "uint32"),
    ):
        given = some(draw, rows, size, dtype)
        yield "my_loss", given, {}
        yield "my_accuracy", given, {}
        yield slope, given, {}
        yield flat, given, {}
    for name in ("my_loss", "my_accuracy"):
        yield compiled, (name, *some(draw, 8, 100, "uint8")), {}


def some(draw, rows, size, dtype):
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
    x = draw.normal(size=(rows, 3))
    x[: rows // 3] = 0  # where the logit is 0
    w = jnp.float32(size * draw.normal(size=(3, 1)))
    params = {"linear": {"w": w, "b": jnp.zeros(1)}}
    return params, net, jnp.float32(x), jnp.array(draw.integers(0, 2, (rows, 1)), dtype)


def slope(page, params, *others):
    return jax.grad(page.my_loss)(params, *others)


def compiled(page, name, *arguments):
    return jax.jit(getattr(page, name), static_argnums=1)(*arguments)


def flat(page, params, net, x, labels):
    """Whether both functions refuse labels of shape (B,)."""
    refused = []
    for function in (page.my_loss, page.my_accuracy):
        try:
            function(params, net, x, labels[:, 0])
            refused.append(False)
        except Exception:
            refused.append(True)
    return refused
