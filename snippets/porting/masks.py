"""Random draws that are equal over an axis, over the steps of a loop, or twice."""

import pathlib
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import haiku as hk
import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

_LIBRARIES = tuple(
    str(pathlib.Path(path).parent) for path in (jax.__file__, hk.__file__)
) + (sysconfig.get_path("stdlib"),)
_BY_ENTRY = set(  # the primitives that compute an entry from those at its place
    "abs add and atan2 bitcast_convert_type cbrt ceil clamp convert_element_type copy "
    "cos cosh div eq erf erf_inv exp exp2 expm1 floor ge gt integer_pow is_finite le "
    "log log1p logistic lt max min mul ne neg nextafter not or pow random_fold_in "
    "random_seed reduce_precision rem round rsqrt select_n shift_left "
    "shift_right_arithmetic shift_right_logical sign sin sinh sqrt square stop_gradient "
    "sub tan tanh xor".split()
)


class SharedDraw(NamedTuple):
    """A draw whose numbers are used more than once; print it to read it.

    Attributes:
      function: the name of the function that draws, the innermost outside the libraries.
      line: its line, counted from the beginning of its file or cell.
      file: the path of the file; in a notebook that of the cell.
      over: what has the same numbers, in words.
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
    entry by entry, the axes and loops along which only the values vary are told, and so
    is a key that draws an array of one shape twice. Whether that is right is yours to
    say: one mask for all tokens may be meant. Inside matrix products, convolutions,
    sorts and gathers nothing is told; a gradient may draw the same numbers once more.

    Args:
      f: a function of a key and of `args`, such as `functools.partial(net.apply, params)`
        of a transformed function, in training mode.
      key: a key, typed or not.
      *args: arrays, or trees of arrays, or of their shapes and dtypes.

    Returns:
      The shared draws, each once, in the order of the program.

    Examples:
      >>> rows = jax.vmap(lambda key, x: x * jax.random.bernoulli(key, 0.5, x.shape))
      >>> same = lambda key, x: rows(jax.random.split(key, 1).repeat(3), x)
      >>> x = jax.ShapeDtypeStruct((3, 8), "float32")
      >>> [draw.over for draw in same_masks(lambda key, x: x + rows(
      ...     jax.random.split(key, 3), x), jax.random.key(0), x)]
      []
      >>> noise = lambda key, x: x + jax.random.normal(key, x.shape[1:])
      >>> [draw.over for draw in same_masks(noise, jax.random.key(0), x)]
      ['axis 0 of (3, 8)']
    """
    closed = jax.make_jaxpr(f)(key, *args)
    keys = len(jax.tree.leaves(key))
    inputs = [
        _Value({"key" if i < keys else "data": _all_axes(var)}, i)
        for i, var in enumerate(closed.jaxpr.invars)
    ]
    trace = _Trace()
    trace.run(closed, inputs, ("?", 0, "?"))
    return list(trace.found)


class _Value(NamedTuple):
    """By source, the axes and loops along which a value varies; and a name for it.

    The sources are "data", "key", "index", and a tuple for each draw.
    """

    axes: dict
    number: Any


class _Loop(NamedTuple):  # stands among the axes
    equation: int
    length: int | None

    def __str__(self):
        return f"the {self.length or ''} steps of a loop".replace("  ", " ")


class _Trace:
    """Follows draws through a jaxpr, and notes what they share where they meet data."""

    def __init__(self):
        self.found: dict[SharedDraw, None] = {}
        self.drawn: dict[tuple, tuple] = {}  # the place of each key and shape
        self.loud = True

    def run(self, jaxpr: Jaxpr | ClosedJaxpr, inputs: list, place: tuple) -> list:
        constants = getattr(jaxpr, "consts", ())
        jaxpr = getattr(jaxpr, "jaxpr", jaxpr)
        known = dict(zip(jaxpr.invars, inputs, strict=True))
        for var, constant in zip(jaxpr.constvars, constants, strict=False):
            key = jax.dtypes.issubdtype(var.aval.dtype, jax.dtypes.prng_key)
            known[var] = _Value(
                {"key": _all_axes(var)} if key else {}, ("const", id(constant))
            )

        def value(var):
            is_literal = isinstance(var, Literal)
            return _Value({}, ("literal", str(var.val))) if is_literal else known[var]

        for equation in jaxpr.eqns:
            read = [value(var) for var in equation.invars]
            here = _place(equation) or place
            known |= zip(
                equation.outvars, self.outputs(equation, read, here), strict=True
            )
        return [value(var) for var in jaxpr.outvars]

    def outputs(self, equation: JaxprEqn, read: list, place: tuple) -> list:
        name = equation.primitive.name
        inner = [
            part
            for part in jax.tree.leaves(equation.params)
            if isinstance(part, Jaxpr | ClosedJaxpr)
        ]
        if name == "scan":
            return self.scan(equation, inner[0], read, place)
        if name == "while":
            body = equation.params["body_jaxpr"]
            size = len(body.jaxpr.invars)
            return self.loop(body, read[-size:], len(read) - size, equation, place)
        if name == "cond":
            return self.branches(inner, read[1:], place)
        if len(inner) == 1 and len(_open(inner[0]).invars) == len(read):
            return self.run(inner[0], read, place)
        if name == "random_bits":
            axes = [self.draw(equation, read[0], place)]
        elif name in _BY_ENTRY:
            axes = [self.meet(equation, read)]
        else:
            axes = [_moved(equation, var, read) for var in equation.outvars]
        numbers = tuple(value.number for value in read)
        made = (name, str(sorted(equation.params.items(), key=str)), numbers)
        return [_Value(its, (*made, i)) for i, its in enumerate(axes)]

    def draw(self, equation: JaxprEqn, key: _Value, place: tuple) -> dict:
        out = equation.outvars[0]
        identity = (key.number, out.aval.shape)
        own = range(equation.invars[0].aval.ndim, out.aval.ndim)
        if self.loud and identity in self.drawn and out.aval.ndim:
            other = self.drawn[identity]
            self.note(place, f"this draw and that in {other[0]}, line {other[1]}")
        if self.loud:
            self.drawn.setdefault(identity, place)
        return {("draw", place, identity): _union(key.axes.values()) | set(own)}

    def meet(self, equation: JaxprEqn, read: list) -> dict:
        shape = equation.outvars[0].aval.shape
        data = _union(its.axes["data"] for its in read if "data" in its.axes)
        random = [its.axes for its in read if "data" not in its.axes]
        for source, axes in ((s, a) for its in random for s, a in its.items()):
            if isinstance(source, tuple) and (same := data - axes):
                self.note(source[1], _in_words(same, shape))
        if any("data" in its.axes for its in read):
            return {"data": _union(axes for its in read for axes in its.axes.values())}
        return _joined(read)

    def note(self, place: tuple, over: str) -> None:
        if self.loud:
            self.found[SharedDraw(*place, over)] = None

    def scan(self, equation: JaxprEqn, body: Any, read: list, place: tuple) -> list:
        outer = [var.aval.shape for var in equation.invars]
        inner = [var.aval.shape for var in body.jaxpr.invars]
        sliced = [a != b for a, b in zip(outer, inner, strict=True)]
        token = _Loop(id(equation), equation.params["length"])
        read = [
            _Value(
                _renumber(its.axes, lambda axis: axis - 1 if axis else token),
                (its.number, token),
            )
            if cut
            else its
            for its, cut in zip(read, sliced, strict=True)
        ]
        outs = [var.aval.shape for var in body.jaxpr.outvars]
        carried = sum(
            a == var.aval.shape for a, var in zip(outs, equation.outvars, strict=True)
        )
        first = len(read) - sum(sliced) - carried
        return self.loop(body, read, 0, equation, place, first, carried)

    def loop(
        self,
        body: Any,
        read: list,
        skipped: int,
        equation: JaxprEqn,
        place: tuple,
        first: int | None = None,
        carried: int | None = None,
    ) -> list:
        """Run a body until nothing more varies from step to step, and then aloud."""
        carried = len(equation.outvars) if carried is None else carried
        first = len(read) - carried if first is None else first
        token = _Loop(id(equation), equation.params.get("length"))
        kept = [
            body.jaxpr.outvars[i] is body.jaxpr.invars[first + i]
            for i in range(carried)
        ]
        loud, self.loud = self.loud, False
        while True:
            outs = self.run(body, read, place)
            after = list(read)
            for i in range(carried):
                if not kept[i]:
                    grown = _joined([read[first + i], outs[i]])
                    grown.setdefault("index", frozenset())
                    grown = {s: axes | {token} for s, axes in grown.items()}
                    after[first + i] = _Value(grown, (token, i))
            if [its.axes for its in after] == [its.axes for its in read]:
                break
            read = after
        self.loud = loud
        outs = self.run(body, read, place)
        return [
            _Value(
                {s: axes - {token} for s, axes in out.axes.items()}
                if i < carried
                else _renumber(
                    out.axes, lambda a: 0 if a == token else a + 1, of=token
                ),
                (out.number, token, "last" if i < carried else "each"),
            )
            for i, out in enumerate(outs)
        ]

    def branches(self, inner: Sequence, read: list, place: tuple) -> list:
        """Of the branches one runs, so that they may draw from one key."""
        before, after, outs = dict(self.drawn), dict(self.drawn), []
        for branch in inner:
            self.drawn = dict(before)
            outs.append(self.run(branch, read, place))
            after = self.drawn | after
        self.drawn = after
        return [
            _Value(_joined(its), ("cond", *(value.number for value in its)))
            for its in zip(*outs, strict=True)
        ]


def _moved(equation: JaxprEqn, out: Any, read: list) -> dict:
    """By source, where its axes go in a primitive that is not one by entry."""
    name, params = equation.primitive.name, equation.params
    if name == "iota":
        return {"index": frozenset({params["dimension"]})}
    before = equation.invars[0].aval.shape if read else ()
    moves = {
        "broadcast_in_dim": lambda: params["broadcast_dimensions"],
        "transpose": lambda: [
            params["permutation"].index(i) for i in range(len(before))
        ],
        "squeeze": lambda: _without(params["dimensions"], before),
        "unstack": lambda: _without([params["axis"]], before),
        "random_wrap": lambda: _without([len(before) - 1], before),
        "reshape": lambda: None,
    }
    if name in moves and name != "reshape":
        to = moves[name]()
        return _renumber(read[0].axes, lambda axis: to[axis])
    if name == "reshape":
        groups = list(_groups(before, out.aval.shape))
        return {
            source: frozenset(axis for axis in axes if isinstance(axis, _Loop))
            | {b for a, bs in groups if a & axes for b in bs}
            for source, axes in read[0].axes.items()
        }
    if name in ("slice", "dynamic_slice", "rev", "pad", "concatenate"):
        if name == "concatenate":
            end = {params["dimension"]}
            return {source: axes | end for source, axes in _joined(read).items()}
        return _joined(read)
    if name.startswith(("reduce_", "arg")) and "axes" in params:
        to = _without(params["axes"], before)
        return _renumber(read[0].axes, lambda axis: to[axis])
    whole = _all_axes(out)
    loops = {
        axis
        for its in read
        for axes in its.axes.values()
        for axis in axes
        if isinstance(axis, _Loop)
    }
    joined = _joined(read)
    return {s: whole | loops for s in (["data"] if "data" in joined else joined)}


def _groups(before: tuple, after: tuple) -> Iterator[tuple[set, set]]:
    """The axes of a reshape, in the smallest groups of one size."""
    i = j = 0
    while i < len(before) or j < len(after):
        ins, outs, a, b = set(), set(), 1, 1
        while not (ins or outs) or a != b:
            if (a <= b and i < len(before)) or j == len(after):
                a, i = a * before[i], i + 1
                ins.add(i - 1)
            else:
                b, j = b * after[j], j + 1
                outs.add(j - 1)
        yield ins, outs


def _without(dropped: Sequence[int], shape: tuple) -> list:
    """The new number of each axis if some are dropped, whose own is None."""
    kept = [axis for axis in range(len(shape)) if axis not in dropped]
    return [kept.index(a) if a in kept else None for a in range(len(shape))]


def _renumber(axes: dict, to: Callable, of: _Loop | None = None) -> dict:
    return {
        source: frozenset(
            axis if isinstance(axis, _Loop) and axis != of else to(axis) for axis in its
        )
        - {None}
        for source, its in axes.items()
    }


def _joined(values: Sequence[_Value]) -> dict:
    sources = dict.fromkeys(source for its in values for source in its.axes)
    return {s: _union(its.axes.get(s, ()) for its in values) for s in sources}


def _union(sets: Any) -> frozenset:
    return frozenset().union(*sets)


def _all_axes(var: Any) -> frozenset:
    return frozenset(axis for axis, size in enumerate(var.aval.shape) if size != 1)


def _open(jaxpr: Jaxpr | ClosedJaxpr) -> Jaxpr:
    return getattr(jaxpr, "jaxpr", jaxpr)


def _in_words(same: frozenset, shape: tuple) -> str:
    axes = sorted(axis for axis in same if not isinstance(axis, _Loop))
    loops = [str(axis) for axis in same if isinstance(axis, _Loop)]
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
