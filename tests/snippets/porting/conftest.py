"""Haiku networks with generic numbers, and what a step of SGD makes of them."""

import importlib.util
import sys
import types
from pathlib import Path

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.porting.sources import arrays_by_path, stacked

HOOK = Path(__file__).parents[3] / "docs/overrides/offer_porting.py"
# How far numbers may be apart, as a share of the largest.
DTYPES = {"float64": 1e-11, "float32": 2e-5, "bfloat16": 4e-2}


class Carried:
    """A Haiku function with generic parameters: its outputs, and the parameters after a step."""

    def __init__(self, function, *inputs):
        self.net = hk.without_apply_rng(hk.transform_with_state(function))
        self.inputs = inputs
        shapes, self.state = jax.eval_shape(self.net.init, jax.random.key(0), *inputs)
        dice = np.random.default_rng(7)
        self.params = jax.tree.map(
            lambda p: jnp.asarray(dice.normal(size=p.shape) / 2, p.dtype), shapes
        )

    def outputs(self):
        return jax.jit(self.net.apply)(self.params, {}, *self.inputs)[0]

    def after_a_step(self):
        def loss(params):
            return (self.net.apply(params, {}, *self.inputs)[0] ** 2).mean()

        return jax.tree.map(lambda p, g: p - g, self.params, jax.jit(jax.grad(loss))(self.params))


@pytest.fixture(scope="session")
def packed(tmp_path_factory):
    """The whole package in one file, as the site offers it."""
    spec = importlib.util.spec_from_file_location("offer_porting", HOOK)
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    path = tmp_path_factory.mktemp("site") / "haiku-port.pyz"
    path.write_bytes(hook.made("https://site.test/course/")[path.name])
    return path


@pytest.fixture
def gone(monkeypatch):
    """A function that makes functions and classes of modules that today's packages lack."""

    def make(full: str, kind: type = object):
        module, _, name = full.rpartition(".")
        for end in range(module.count(".") + 1):
            part = ".".join(module.split(".")[: end + 1])
            monkeypatch.setitem(sys.modules, part, sys.modules.get(part) or types.ModuleType(part))
        made = type(name, (kind,), {"__module__": module})
        monkeypatch.setattr(sys.modules[module], name, made, raising=False)
        return made

    return make


@pytest.fixture(
    params=[
        "float32",
        pytest.param("float64", marks=pytest.mark.slow),
        pytest.param("bfloat16", marks=pytest.mark.slow),
    ]
)
def dtype(request):
    with jax.enable_x64(request.param == "float64"):
        yield jnp.dtype(request.param)


@pytest.fixture
def agree(dtype):
    """A function that compares two trees of arrays as far as the dtype allows."""

    def compare(got, want, far=0.0):
        assert jax.tree.structure(got) == jax.tree.structure(want)
        for a, b in zip(jax.tree.leaves(got), jax.tree.leaves(want), strict=True):
            assert a.shape == b.shape
            assert a.dtype == b.dtype == dtype
            a, b = np.asarray(a, float), np.asarray(b, float)
            assert np.abs(a - b).max() <= max(far, DTYPES[dtype.name]) * (1 + np.abs(b).max())

    return compare


@pytest.fixture
def carried():
    return Carried


@pytest.fixture
def layers_apart():
    """What one carries of each of three layers, stacked then, and what of a stack of them."""

    def carry(haiku, shapes, sources):
        params = [jax.tree.map(lambda p, k=k: p * k + k, haiku.params) for k in (1, 2, 3)]
        each = stack([arrays_by_path(shapes, sources, one) for one in params])
        wanted = {path: (3, *shape) for path, shape in shapes.items()}
        return each, arrays_by_path(wanted, stacked(sources), stack(params))

    def stack(trees):
        return jax.tree.map(lambda *parts: jnp.stack(parts), *trees)

    return carry
