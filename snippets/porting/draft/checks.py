"""Compare a port with Haiku's network: outputs, one training step, state."""

import inspect
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from ..equinox import equinox_arrays, port_to_equinox
from ..nnx import port_to_nnx
from ..sources import Source
from . import equinox_layers, nnx_layers
from .example import example_of, function_of, loss, modes
from .running import drawing

RATE = 0.1  # of the training step: how far a parameter moves at most


class Nnx:
    """How a port to Flax NNX is filled, called and trained."""

    @staticmethod
    def filled(build: Callable, *given: Any, **unused: Any) -> Any:
        """The port with Haiku's arrays: sources, params and state follow."""
        return port_to_nnx(build(nnx.Rngs(0)), *given, **unused)

    @staticmethod
    def call(port: nnx.Module, *args: Any, **kwargs: Any) -> Any:
        """Outputs, and the port as it is afterwards."""
        with nnx_layers.holding(port):
            return port(*args, **kwargs), port

    @staticmethod
    def trained(port: nnx.Module, loss_of: Callable, rate: float) -> Any:
        """The port after a step of SGD."""
        grads = nnx.grad(lambda port: loss_of(port)[0])(port)
        params = nnx.state(port, nnx.Param)
        moved = jax.tree.map(lambda p, g: p - rate * g, params, grads)
        nnx.update(port, moved)
        return port

    @staticmethod
    def arrays(port: nnx.Module) -> tuple[dict, dict]:
        """Parameters and state, by path."""
        state = nnx.All(nnx.Variable, nnx.Not(nnx.Param), nnx.Not(nnx.RngState))
        flat = (nnx.to_flat_state(nnx.state(port, kind)) for kind in (nnx.Param, state))
        return tuple({".".join(map(str, p)): v[...] for p, v in part} for part in flat)


class Equinox:
    """How a port to Equinox, a pair of module and state, is filled and trained."""

    @staticmethod
    def filled(build: Callable, *given: Any, **unused: Any) -> Any:
        """The port with Haiku's arrays: sources, params and state follow."""
        blank = eqx.nn.make_with_state(build)(jax.random.key(0))
        return port_to_equinox(blank, *given, **unused)

    @staticmethod
    def call(port: tuple, *args: Any, **kwargs: Any) -> Any:
        """Outputs, and the port as it is afterwards."""
        net, state = port
        state = jax.tree.map(
            lambda leaf: leaf, state
        )  # `State.set` takes what it is called on
        with equinox_layers.holding(state) as held:
            return net(*args, **kwargs), (net, held.value)

    @staticmethod
    def trained(port: tuple, loss_of: Callable, rate: float) -> Any:
        """The port after a step of SGD."""
        net, state = port

        def loss_fn(net: Any) -> Any:
            loss, (_, after) = loss_of((net, state))
            return loss, after

        grads, state = eqx.filter_grad(loss_fn, has_aux=True)(net)
        moved = jax.tree.map(
            lambda grad, p: p if grad is None else p - rate * grad,
            grads,
            net,
            is_leaf=lambda x: x is None,
        )
        return moved, state

    @staticmethod
    def arrays(port: tuple) -> tuple[dict, dict]:
        """Parameters and state, by path."""
        both = equinox_arrays(port)
        is_state = {path for path in both if path.endswith(".index")}
        return tuple(
            {path: array for path, array in both.items() if (path in is_state) == which}
            for which in (False, True)
        )


LIBRARIES = {"nnx": Nnx, "equinox": Equinox}


class Comparison:
    """Haiku's network and a port of it, with the same generic arrays.

    Args:
      example: (network, inputs) or (network, inputs, named), as for `draft`.
      build: makes the port.
      sources: those of its arrays.
      unused: the paths of Haiku that it has no place for.
      to: the library of the port, "nnx" or "equinox".
      paths: Haiku's modules, and where they are in the port.
      trains: whether Haiku's network has a gradient.
    """

    def __init__(
        self,
        example: tuple,
        build: Callable,
        sources: Mapping[str, Source],
        unused: Collection[str],
        *,
        to: str = "nnx",
        paths: Mapping[str, str] | None = None,
        trains: bool = True,
    ):
        network, self.inputs, self.named = example_of(example)
        self.function = function_of(network)
        self.net = hk.transform_with_state(self.function)
        self.build, self.sources, self.unused = build, sources, unused
        self.paths, self.trains = paths, trains
        self.library = LIBRARIES[to]
        self.key = jax.random.key(3)
        params, state = self.net.init(self.key, *self.inputs, **self.named)
        self.params, self.haiku_state = generic(params), generic_state(state)

    def port(self, params: Any = None, state: Any = None, **named: Any) -> Any:
        """The port with arrays of Haiku; those of this comparison if none are given."""
        params = self.params if params is None else params
        state = self.haiku_state if state is None else state
        known = inspect.signature(self.build).parameters
        named = {
            name: v for name, v in {**self.named, **named}.items() if name in known
        }
        build, given = partial(self.build, **named), (self.sources, params, state)
        return self.library.filled(build, *given, unused=self.unused)

    def haiku(self, params: Any, named: dict) -> Any:
        """Outputs and state of Haiku's network."""
        return self.net.apply(params, self.haiku_state, self.key, *self.inputs, **named)

    def call(self, port: Any, named: dict) -> Any:
        """Outputs of the port, and the port as it is afterwards."""
        with drawing(self.key):
            return self.library.call(port, *self.inputs, **named)

    def outputs(self) -> float:
        """How far outputs are apart in any mode, as a share of the largest number."""
        return max(
            apart(
                self.call(self.port(**named), named)[0],
                self.haiku(self.params, named)[0],
            )
            for named in modes(self.named)
        )

    def state(self) -> float:
        """How far state is apart after a call in any mode."""
        return max(map(self._state, modes(self.named)))

    def _state(self, named: dict) -> float:
        _, state = self.haiku(self.params, named)
        _, port = self.call(self.port(**named), named)
        want = self.port(self.params, state, **named)
        return apart(self.library.arrays(port)[1], self.library.arrays(want)[1])

    def step(self) -> float:
        """How far parameters are apart after a step of SGD."""

        def haiku_loss(params: Any) -> Any:
            return loss(self.haiku(params, self.named)[0])

        def port_loss(port: Any) -> Any:
            out, port = self.call(port, self.named)
            return loss(out), port

        grads = jax.grad(haiku_loss)(self.params)
        rate = RATE / max(1.0, float(largest(grads)))
        params = jax.tree.map(lambda p, g: p - rate * g, self.params, grads)
        want = self.library.arrays(self.port(params))[0]
        trained = self.library.trained(self.port(), port_loss, rate)
        return apart(self.library.arrays(trained)[0], want)

    def report(self) -> str:
        """All of these in words."""
        step = f"a step {self.step():.0e}" if self.trains else "no gradient"
        return f"outputs {self.outputs():.0e} apart, {step}, state {self.state():.0e}"


def largest(tree: Any) -> jax.Array:
    """The largest number of a tree, without its sign."""
    return max((jnp.max(jnp.abs(x)) for x in jax.tree.leaves(tree)), default=0.0)


def generic(params: Any) -> Any:
    """Numbers of the size with which signals keep theirs, in place of parameters."""
    dice = np.random.default_rng(7)

    def draw(p: jax.Array) -> jax.Array:
        if not jnp.issubdtype(p.dtype, jnp.floating):
            return p
        inputs = max(1, p.size // p.shape[-1]) if p.ndim > 1 else 4
        return jnp.asarray(dice.normal(size=p.shape) * inputs**-0.5, p.dtype)

    return jax.tree.map(draw, params)


def generic_state(state: Any) -> Any:
    """State as after much training: moving averages whose counts are large."""
    dice = np.random.default_rng(8)
    drawn = hk.data_structures.to_mutable_dict(state)
    for module, entries in drawn.items():
        if {"counter", "hidden", "average"} <= entries.keys():
            average = jnp.asarray(
                dice.uniform(0.5, 1.5, entries["average"].shape), jnp.float32
            )
            counter = jnp.full_like(entries["counter"], 100_000)
            drawn[module] = {"counter": counter, "hidden": average, "average": average}
    return drawn


def apart(got: Any, want: Any) -> float:
    """The largest difference of two trees, as a share of the largest number."""
    these, those = jax.tree.leaves(got), jax.tree.leaves(want)
    if [np.shape(x) for x in these] != [np.shape(x) for x in those]:
        raise ValueError(f"The shapes differ: {jax.tree.map(np.shape, (got, want))}")
    gaps = [0.0]
    for a, b in zip(these, those, strict=True):
        if jnp.issubdtype(getattr(b, "dtype", None), jax.dtypes.prng_key):
            a, b = jax.random.key_data(a), jax.random.key_data(b)
        a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
        if b.size:
            gaps.append(np.max(np.abs(a - b)) / (1 + np.max(np.abs(b))))
    return float(np.max(gaps))
