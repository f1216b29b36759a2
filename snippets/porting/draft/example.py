"""What a draft begins with: a network of Haiku, inputs, and the modes to try."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp


def example_of(given: tuple) -> tuple[Any, tuple, dict]:
    """The network, the inputs by position and those by name that an example gives.

    Args:
      given: (network, inputs) or (network, inputs, named).
    """
    network, inputs, *rest = given
    inputs = inputs if isinstance(inputs, tuple) else (inputs,)
    return network, inputs, dict(rest[0]) if rest else {}


def function_of(network: Any) -> Callable:
    """The function that was transformed; raises a ValueError if there is not one."""
    if not hasattr(network, "init"):
        if not hasattr(network, "__code__"):
            raise ValueError(f"{network!r} is not a function; wrap it in a lambda.")
        return network
    found, seen = [network.init], set()
    while found:
        function = inspect.unwrap(found.pop())
        if id(function) in seen or not inspect.isfunction(function):
            continue
        seen.add(id(function))
        if not function.__module__.startswith(("haiku.", "jax.")):
            return function
        found += [cell.cell_contents for cell in function.__closure__ or ()]
    raise ValueError(
        "The function that was transformed is not to be found; give it itself."
    )


def modes(named: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments as they are, and with each that is True or False the other way."""
    yield dict(named)
    for name, value in named.items():
        if isinstance(value, bool):
            yield {**named, name: not value}


def shapes_of(function: Callable, inputs: tuple, named: dict) -> Any:
    """Call a function with shapes in place of arrays; all else is passed as it is."""
    leaves, tree = jax.tree.flatten((inputs, named))
    arrays = [leaf for leaf in leaves if hasattr(leaf, "dtype")]

    def call(*arrays: Any) -> Any:
        rest = iter(arrays)
        every = [next(rest) if hasattr(leaf, "dtype") else leaf for leaf in leaves]
        return function(*jax.tree.unflatten(tree, every))

    return jax.eval_shape(call, *arrays)


def loss(outputs: Any) -> jax.Array:
    """A number that depends on all floats of the outputs."""
    floats = [
        x for x in jax.tree.leaves(outputs) if jnp.issubdtype(x.dtype, jnp.floating)
    ]
    return sum(jnp.mean(jnp.sin(x.astype(jnp.float32))) for x in floats)
