import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    gated = {"gated/linear": ("gate_proj", 4, 4), "gated/linear_1": ("up_proj", 4, 4)}
    deep = {f"net/~/linear_{i}": (f"layers.{9 - i}", i + 1, 3) for i in range(3)}
    for layers in (gated, deep, {"w": ("weight", 1, 1), "b": ("bias", 1, 2)}, {}):
        for parameters in ("wb", "w"):
            yield "load_renamed", case(draw, layers, parameters), {}
    saved, params, names = case(draw, deep, "wb")
    for path, shape in (
        ("layers.9.weight", (1, 3)),
        ("layers.8.weight", (6,)),
        ("layers.8.bias", (1,)),
        ("layers.8.bias", (1, 3)),
        ("layers.7.bias", (4,)),
        ("layers.1.bias", (3,)),
        ("layers.9.scale", (3,)),
    ):
        yield refuses, ({**saved, path: np.ones(shape, np.float32)}, params, names), {}
    for path in saved:
        yield (
            refuses,
            ({other: array for other, array in saved.items() if other != path}, params, names),
            {},
        )


def case(draw, layers, parameters):
    shapes = {module: {"w": (n, size), "b": (size,)} for module, (_, n, size) in layers.items()}
    params = {
        module: {name: jnp.zeros(its[name]) for name in parameters}
        for module, its in shapes.items()
    }
    kinds = {"w": "weight", "b": "bias"}
    saved = {
        f"{layers[module][0]}.{kinds[name]}": np.float32(draw.normal(size=leaf.shape[::-1]))
        for module, its in params.items()
        for name, leaf in its.items()
    }
    order = draw.permutation(list(saved)).tolist()
    return (
        {path: saved[path] for path in order},
        params,
        {module: layers[module][0] for module in reversed(layers)},
    )


def refuses(page, saved, params, names):
    """Whether it raises what the text allows."""
    missing = sum(map(len, params.values())) > len(saved)
    try:
        page.load_renamed(saved, params, names)
    except ValueError:
        return True
    except KeyError:
        return missing
    return False
