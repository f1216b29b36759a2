"""Random numbers that are equal over an axis, over the steps of a loop, or twice."""

import contextlib
import functools
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import haiku as hk
import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

from .axes import Axes, Loop, all_axes, all_sources, join_axes, move_axes, renumber_axes

_LIBRARIES = (  # of which the frames say nothing of the reader's code
    *(str(pathlib.Path(each.__file__).parent) for each in (jax, hk)),
    *(each.__file__ for each in (contextlib, functools)),
)
# The primitives that compute an entry from those at its place.
_BY_ENTRY = frozenset(
    """abs add and atan2 bitcast_convert_type cbrt ceil clamp convert_element_type copy
    cos cosh div eq erf erf_inv exp exp2 expm1 floor ge gt integer_pow is_finite le log
    log1p logistic lt max min mul ne neg nextafter not or pow random_fold_in random_seed
    reduce_precision rem round rsqrt select_n shift_left shift_right_arithmetic
    shift_right_logical sign sin sinh sqrt square stop_gradient sub tan tanh xor
    """.split()  # noqa: SIM905
)


class SharedDraw(NamedTuple):
    """A draw whose numbers are used more than once; print it to read it.

    Attributes:
      function: the function that draws, the innermost one outside the libraries.
      line: its line, counted from the beginning of its file or cell.
      file: the path of the file; in a notebook that of the cell.
      over: what has the same numbers, in words.

    Examples:
      >>> print(SharedDraw("net", 3, "net.py", "axis 0 of (3, 8)"))
      net, line 3: equal over axis 0 of (3, 8)
    """

    function: str
    line: int
    file: str
    over: str

    def __str__(self):
        return f"{self.function}, line {self.line}: equal over {self.over}"


def same_masks(f: Callable, key: jax.Array, *args: Any) -> list[SharedDraw]:
    """Find random numbers that meet several rows, tokens, steps or layers as the same.

    `f` is traced and not run. Where random numbers meet values that depend on `args`,
    entry by entry, the axes and loops along which only the values vary are told; so is
    a key that draws an array of one shape twice. Whether that is right is yours to say:
    one mask for all tokens may be meant. Nothing is told of what happens in matrix
    products, convolutions, sorts and gathers. A gradient may draw numbers once more, so
    give the network and not its gradient.

    Args:
      f: a function of a key and of `args`, in training mode, as for a transformed
        function `functools.partial(net.apply, params)`.
      key: a key, typed or not.
      *args: arrays, trees of arrays, or their shapes and dtypes.

    Returns:
      The shared draws, each once, in the order of the program.

    Examples:
      >>> def noisy(key, x):
      ...     return x + jax.random.normal(key, x.shape[1:])
      >>> key, x = jax.random.key(0), jax.ShapeDtypeStruct((3, 8), "float32")
      >>> [draw.over for draw in same_masks(noisy, key, x)]
      ['axis 0 of (3, 8)']
      >>> by_row = lambda key, x: jax.vmap(noisy)(jax.random.split(key, 3), x)
      >>> same_masks(by_row, key, jax.ShapeDtypeStruct((3, 1, 8), "float32"))
      []
    """
    closed = jax.make_jaxpr(f)(key, *args)
    keys = len(jax.tree.leaves(key))
    inputs = [
        _Value({"key" if i < keys else "data": all_axes(var.aval.shape)}, i)
        for i, var in enumerate(closed.jaxpr.invars)
    ]
    trace = _Trace()
    trace.run(closed, inputs, ("a function of a library", 0, ""))
    return list(trace.found)


class _Value(NamedTuple):
    """What is known of a value; the sources are data, key, index, and each draw."""

    axes: Axes
    number: Any  # equal for values that are computed in the same way


class _Trace:
    """Follows draws through a jaxpr, and notes what they share where they meet data."""

    def __init__(self):
        self.found: dict[SharedDraw, None] = {}
        self.drawn: dict[tuple, tuple] = {}  # the place of each key and shape
        self.loud = True

    def run(self, closed: Jaxpr | ClosedJaxpr, read: list, place: tuple) -> list:
        """The values of a jaxpr's outputs, from those of its inputs."""
        jaxpr = _open(closed)
        known = dict(zip(jaxpr.invars, read, strict=True))
        known |= zip(
            jaxpr.constvars, map(_constant, getattr(closed, "consts", ())), strict=False
        )

        def value(var):
            literal = isinstance(var, Literal)
            return _Value({}, ("literal", str(var))) if literal else known[var]

        for equation in jaxpr.eqns:
            inputs = [value(var) for var in equation.invars]
            outputs = self.outputs(equation, inputs, _place(equation) or place)
            known |= zip(equation.outvars, outputs, strict=True)
        return [value(var) for var in jaxpr.outvars]

    def outputs(self, equation: JaxprEqn, read: list, place: tuple) -> list:
        name, params = equation.primitive.name, equation.params
        leaves = jax.tree.leaves(params)
        inner = [part for part in leaves if isinstance(part, Jaxpr | ClosedJaxpr)]
        if name == "scan":
            return self.scan(equation, inner[0], read, place)
        if name == "while":
            body, carried = params["body_jaxpr"], len(equation.outvars)
            read = read[-len(body.jaxpr.invars) :]
            return self.loop(body, read, Loop(id(equation), None), carried, place)
        if name == "cond":
            return self.branches(inner, read[1:], place)
        if [len(read)] == [len(_open(part).invars) for part in inner]:
            return self.run(inner[0], read, place)
        if name == "random_bits":
            axes = [self.draw(equation, read[0], place)]
        elif name in _BY_ENTRY:
            axes = [self.meet(equation, read)]
        else:
            moved = [value.axes for value in read]
            axes = [move_axes(equation, var, moved) for var in equation.outvars]
        numbers = tuple(value.number for value in read)
        made = (name, str(sorted(params.items(), key=str)), numbers)
        return [_Value(its, (*made, i)) for i, its in enumerate(axes)]

    def draw(self, equation: JaxprEqn, key: _Value, place: tuple) -> Axes:
        shape = equation.outvars[0].aval.shape
        own = {axis for axis in all_axes(shape) if axis >= equation.invars[0].aval.ndim}
        identity = (key.number, shape)
        if self.loud:
            if shape and identity in self.drawn:
                function, line, _ = self.drawn[identity]
                self.note(place, f"this draw and that of {function}, line {line}")
            self.drawn.setdefault(identity, place)
        return {("draw", place, identity): all_sources(key.axes) | own}

    def meet(self, equation: JaxprEqn, read: list) -> Axes:
        data = frozenset().union(*(its.axes.get("data", ()) for its in read))
        for its in read:
            draws = [source for source in its.axes if isinstance(source, tuple)]
            for draw in draws if "data" not in its.axes else ():
                if same := data - its.axes[draw]:
                    self.note(draw[1], _in_words(same, equation.outvars[0].aval.shape))
        joined = join_axes(its.axes for its in read)
        return {"data": all_sources(joined)} if "data" in joined else joined

    def note(self, place: tuple, over: str) -> None:
        if self.loud:
            self.found[SharedDraw(*place, over)] = None

    def scan(self, equation: JaxprEqn, body: Any, read: list, place: tuple) -> list:
        token = Loop(id(equation), equation.params["length"])

        def number(axis):
            if isinstance(axis, Loop):
                return axis
            return axis - 1 if axis else token

        def slice_of(value):
            axes = renumber_axes(value.axes, number)
            return _Value(axes, (value.number, token))

        def same_shape(variables, inside):
            pairs = zip(variables, inside, strict=True)
            return [outer.aval.shape == inner.aval.shape for outer, inner in pairs]

        whole = same_shape(equation.invars, body.jaxpr.invars)
        carried = sum(same_shape(equation.outvars, body.jaxpr.outvars))
        pairs = zip(read, whole, strict=True)
        read = [value if kept else slice_of(value) for value, kept in pairs]
        return self.loop(body, read, token, carried, place, sum(whole) - carried)

    def loop(
        self,
        body: ClosedJaxpr,
        read: list,
        token: Loop,
        carried: int,
        place: tuple,
        first: int | None = None,
    ) -> list:
        """Run a body until nothing more varies from step to step, and then aloud."""
        first = len(read) - carried if first is None else first
        loud, self.loud = self.loud, False
        while True:
            outs, before = self.run(body, read, place), list(read)
            for i in range(carried):  # JAX carries only what a step changes
                joined = join_axes(
                    [read[first + i].axes, outs[i].axes, {"index": frozenset()}]
                )
                axes = {source: its | {token} for source, its in joined.items()}
                read[first + i] = _Value(axes, ("carried", token, i))
            if [its.axes for its in before] == [its.axes for its in read]:
                break
        self.loud = loud
        outs = self.run(body, read, place)
        last = [_Value(_without(its.axes, token), its.number) for its in outs[:carried]]
        return last + [_stacked(value, token) for value in outs[carried:]]

    def branches(self, inner: Sequence, read: list, place: tuple) -> list:
        """Of the branches one runs, so that all of them may draw from one key."""
        before, outs = dict(self.drawn), []
        after = dict(before)
        for branch in inner:
            self.drawn = dict(before)
            outs.append(self.run(branch, read, place))
            after |= self.drawn
        self.drawn = after
        return [
            _Value(
                join_axes(its.axes for its in each),
                ("cond", *(its.number for its in each)),
            )
            for each in zip(*outs, strict=True)
        ]


def _open(jaxpr: Jaxpr | ClosedJaxpr) -> Jaxpr:
    return getattr(jaxpr, "jaxpr", jaxpr)


def _constant(array: Any) -> _Value:
    is_key = jax.dtypes.issubdtype(array.dtype, jax.dtypes.prng_key)
    axes = {"key": all_axes(array.shape)} if is_key else {}
    return _Value(axes, ("constant", id(array)))


def _without(axes: Axes, token: Loop) -> Axes:
    return {source: its - {token} for source, its in axes.items()}


def _stacked(value: _Value, token: Loop) -> _Value:
    """What all steps of a scan give, as one array with a new first axis."""

    def number(axis):
        if isinstance(axis, Loop):
            return 0 if axis == token else axis
        return axis + 1

    return _Value(renumber_axes(value.axes, number), ("stacked", token, value.number))


def _in_words(same: Iterable, shape: tuple) -> str:
    axes = sorted(axis for axis in same if not isinstance(axis, Loop))
    loops = [str(axis) for axis in same if isinstance(axis, Loop)]
    names = ", ".join(map(str, axes))
    told = [f"ax{'es' if len(axes) > 1 else 'is'} {names} of {shape}"] if axes else []
    return " and ".join(told + loops)


def _place(equation: JaxprEqn) -> tuple[str, int, str] | None:
    """The innermost function, line and file outside the libraries."""
    trace = equation.source_info.traceback
    for frame in trace.frames if trace else ():
        if not frame.file_name.startswith(_LIBRARIES):
            name = frame.function_name.replace("<locals>.", "")
            return name, frame.line_num, frame.file_name
    return None
