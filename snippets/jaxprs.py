"""What a jaxpr holds, at every depth, and what a compiled program exchanges."""

import math
import re
from collections.abc import Iterator

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn
from jax.stages import Compiled


def equations(
    jaxpr: Jaxpr | ClosedJaxpr, outer: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], JaxprEqn]]:
    """All equations of a jaxpr, also those of the jaxprs that they hold.

    Args:
      jaxpr: what `jax.make_jaxpr(f)(...)` gives.
      outer: the names of the primitives around it.

    Yields:
      The names of the primitives around an equation, outermost first, and the equation.

    Examples:
      >>> squares = jax.make_jaxpr(lambda x: jax.lax.map(lambda y: y * y, x))
      >>> ("scan",) in [around for around, _ in equations(squares(jax.numpy.ones(3)))]
      True
    """
    for equation in jaxpr.eqns:
        yield outer, equation
        for part in jax.tree.leaves(equation.params):
            if isinstance(part, Jaxpr | ClosedJaxpr):
                yield from equations(part, (*outer, equation.primitive.name))


def product_shapes(jaxpr: Jaxpr | ClosedJaxpr, inside: str) -> set[tuple[int, ...]]:
    """The shapes of the arrays that matrix products inside a primitive multiply.

    Args:
      jaxpr: what `jax.make_jaxpr(f)(...)` gives.
      inside: the name of the primitive, such as `"shard_map"` or `"scan"`.

    Returns:
      The shapes, each once.

    Examples:
      >>> rows = jax.make_jaxpr(lambda w, x: jax.lax.map(lambda row: row @ w, x))
      >>> w, x = jax.numpy.ones((3, 2)), jax.numpy.ones((5, 4, 3))
      >>> sorted(product_shapes(rows(w, x), "scan"))
      [(3, 2), (4, 3)]
    """
    return {
        array.aval.shape
        for around, equation in equations(jaxpr)
        if inside in around and equation.primitive.name == "dot_general"
        for array in equation.invars
    }


def communications(compiled: Compiled) -> dict[str, tuple[int, int]]:
    """Count what devices exchange in one run of a program; one in a loop counts once.

    Args:
      compiled: what `jax.jit(f).lower(...).compile()` gives.

    Returns:
      For each kind in the program, how many there are and the bytes of their results
        on one device.

    Examples:
      >>> communications(jax.jit(lambda x: 2 * x).lower(1.0).compile())
      {}
    """
    kinds = "all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute"
    found: dict[str, tuple[int, int]] = {}
    for shapes, kind in re.findall(rf"= (.*?) ({kinds})\(", compiled.as_text()):
        sizes = [
            int(bits or 8) // 8 * math.prod(int(d) for d in axes.split(",") if d)
            for bits, axes in re.findall(r"[a-z]+(\d*)\w*\[([\d,]*)\]", shapes)
        ]
        count, size = found.get(kind, (0, 0))
        found[kind] = count + 1, size + sum(sizes)
    return found
