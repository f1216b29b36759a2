"""Checks of exercises: a refusal is a sentence, what to read, and a call to see it."""

import copy
import functools
import operator
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from textwrap import shorten
from typing import Any

import numpy as np

_NUMBERS = r"[\d.,()+-]|\be\b|nan|inf"


class Check:
    """What the reader defined under a name, on trial.

    Args:
      namespace: the notebook's `globals()`, which gets the last arguments as `failing`.
      name: what the exercise defines: a function, or any value if `advice` is None.
      section: the heading to read again where a sentence does not say it.
      advice: sentences for exceptions, by a piece of their text; "" is for all others.

    Examples:
      >>> check = Check({"f": lambda x: 2 * x}, "f", "Functions", {"": "Use x alone."})
      >>> check.agrees(check.call(np.ones(2)), np.full(2, 2), {"that is x.": 1.0})
    """

    def __init__(self, namespace: dict, name: str, section: str, advice: dict | None):
        self.namespace, self.name, self.section = namespace, name, section
        self.advice, self.answer, self.shown = advice, namespace.get(name), ""
        self.made = functools.cache(lambda by: by(self.answer))  # compiled once
        there = name in namespace if advice is None else callable(self.answer)
        what = name if advice is None else f"the function {name}"
        self.require(there, f"Define {what}, run its cell, then this check.")

    def require(self, holds: Any, sentence: str) -> None:
        """Raise an AssertionError with a sentence unless something holds."""
        if not holds:
            read = "" if "Read " in sentence else f' Read "{self.section}" again.'
            raise AssertionError(f"{sentence.strip()}{read}{self.shown}")

    def call(self, *args: Any, by: Callable | None = None, when: str = "", **named: Any) -> Any:
        """What the function returns; it must leave its arguments as they are.

        Args:
          *args: arrays, trees of them, or anything else.
          by: what the function is passed through first: `jax.jit`, or one of the check.
          when: the case in words, with a comma and a space at its end.
          **named: arguments by name.
        """
        self.namespace["failing"] = args
        names = "".join(f", {name}={value!r}" for name, value in named.items())
        by_name = getattr(by, "__name__", "by")
        jax = sys.modules.get("jax")  # which a page need not have
        by_name = "jax." * (getattr(jax, by_name, None) is (by or jax)) + by_name
        called = f"{by_name}({self.name})" if by else self.name
        self.shown = f" See it with: {called}(*failing{names})"
        before = {path: _plain_array(x) for path, x in _by_path(args).items()}
        kept = dict(_walk(args)).values()
        given = copy.deepcopy(args, {id(x): x for x in kept})  # in new containers
        exact = jax.default_matmul_precision("highest") if jax else nullcontext()
        try:
            with exact:
                result = (self.made(by) if by else self.answer)(*given, **named)
        except NotImplementedError:
            raise
        except (Exception, SystemExit) as problem:
            said = " ".join(f"{type(problem).__name__}: {_word(problem)}".split())
            advice = next((t for p, t in self.advice.items() if p in said), "")
            said = shorten(said, 100, placeholder=" ...")
            self.require(False, f"{when}{self.name} stops with {said} {advice}")
        gone = any(getattr(x, "is_deleted", bool)() for x in _by_path(args).values())
        self.require(not gone, f"{self.name} deletes or donates what its caller needs.")
        same = not _differing(_by_path(given), before, 0)
        self.require(same, f"{self.name} changes what it is given; make new objects.")
        return result

    def agrees(
        self,
        value: Any,
        right: Any,
        slips: Mapping,
        when: str = "",
        what: str = "",
        **limits: Any,
    ) -> None:
        """Refuse a value of another form, or with other numbers, than the right one.

        Args:
          value: what the answer gave.
          right: a number, an array, or a tree of them.
          slips: wrong values by sentence, told if just one fits; "" for all others.
          when: the case in words, with a comma and a space at its end.
          what: the value in words, where it is not what the function returns.
          **limits: those of `differing`.
        """
        what = f"{when}{what or f'{"what" if when else "What"} {self.name} returns'}"
        self.require(value is not None, f"{what} is None: is a `return` missing?")
        self.require(not callable(value), f"{what} is a function that was not called.")
        leaves = _by_path(value).values()
        jax = sys.modules.get("jax")
        kept = jax and any(isinstance(x, jax.core.Tracer) for x in leaves)
        self.require(not kept, f"{what} holds a tracer that an earlier call kept.")
        if wrong := differing(value, right, **limits):
            fits = [s for s in slips if s and not differing(value, slips[s], **limits)]
            self.require(len(fits) != 1, f"{what}: {' '.join(fits)}")
            self.require(False, f"{what}{wrong}. {slips.get('', '')}")

    def over(self, case: Callable[..., None], *cases: tuple) -> None:
        """Try cases; of one that is refused, show the smallest refused in these words.

        Args:
          case: tries one by `call`, `agrees` and `require`; its arguments are parts.
          *cases: the parts; an integer may fall to the least at its place in all cases.
        """
        for parts in map(list, cases):
            if told := _refusal(case, parts):
                for place, most in enumerate(parts):
                    if type(most) is int:
                        least = min(other[place] for other in cases)
                        parts[place] = _smallest(case, parts, place, least, told)
                case(*parts)
                raise AssertionError(told)  # it is refused now and then


def _refusal(case: Callable, parts: Sequence) -> str:
    try:
        case(*parts)
    except AssertionError as problem:
        return str(problem)
    return ""


def _smallest(case: Callable, parts: Sequence, place: int, least: int, told: str) -> int:
    """The smallest integer at a place with which a case is refused alike."""

    def same(number: int) -> bool:
        with suppress(Exception):  # of what a smaller case does not allow
            said = _refusal(case, [*parts[:place], number, *parts[place + 1 :]])
            return re.sub(_NUMBERS, "", said) == re.sub(_NUMBERS, "", told)
        return False

    most = parts[place]
    if least >= most or same(least):
        return min(least, most)
    while least + 1 < most:
        middle = (least + most) // 2
        least, most = (least, middle) if same(middle) else (middle, most)
    return most


def differing(
    value: Any, right: Any, rtol: float = 1e-3, atol: float = 1e-6, dtypes: bool = False
) -> str:
    """Compare two trees of arrays and numbers, in which a nan agrees with a nan.

    Args:
      value: the one tree.
      right: the other, with the shapes and numbers that are right.
      rtol: how far numbers may be apart, as a share of the largest in their array.
      atol: how far they may be apart in any case, unless `rtol` is 0.
      dtypes: whether the dtypes must agree, too.

    Returns:
      Where they differ, as the end of a sentence; empty where they agree.

    Examples:
      >>> differing({"w": np.ones(2)}, {"w": np.zeros(2)})
      " at ['w'][0] is 1, not 0"
    """
    return _differing(_by_path(value), _by_path(right), rtol, atol, dtypes)


def _differing(
    mine: Mapping, theirs: Mapping, rtol: float, atol: float = 0, dtypes: bool = False
) -> str:
    if mine.keys() != theirs.keys():
        named = [shorten(", ".join(x) or "none", 99) for x in (mine, theirs)]
        return f" has the entries {named[0]}, not {named[1]}"
    for path, leaf in theirs.items():
        told = f"{path} is {_word(mine[path])[:40]}, not {_word(leaf)[:40]}"
        with suppress(Exception):  # of what is neither numbers nor equal
            a, b = np.asarray(_plain_array(mine[path])), np.asarray(_plain_array(leaf))
            for kind in ["shape", "dtype"][: 1 + dtypes]:
                if (one := getattr(a, kind)) != (other := getattr(b, kind)):
                    return f"{path} has the {kind} {one}, not {other}"
            if np.array_equal(a, b):
                continue
            kind = complex if "c" in (a.dtype.kind, b.dtype.kind) else float
            a, b = (a * 1).astype(kind), (b * 1).astype(kind)  # not of a text
            limit = rtol * np.abs(b[np.isfinite(b)]).max(initial=0) + atol * (rtol > 0)
            near = np.isclose(a, b, 0, limit, equal_nan=True)
            if near.all():
                continue
            at = np.unravel_index(np.argmin(near), near.shape)
            place = f" at {path}{list(map(int, at)) or ''}" if path or at else ""
            told = f"{place} is {a[at]:.6g}, not {b[at]:.6g}"
        return told
    return ""


def predicted(
    namespace: dict, name: str, truth: Mapping, reasons: Mapping, rtol: float = 1e-2
) -> None:
    """Compare a prediction with the truth; refuse it unless every entry is right.

    The refusal names what is not right and what was not asked for; the reasons are left
    as `why`. A tuple is a shape; each value of a dictionary or list is an entry.

    Args:
      namespace: the notebook's `globals()`.
      name: the dictionary of literals that the reader wrote.
      truth: the true values.
      reasons: why, by the key at the top or the tuple of keys that leads to an entry.
      rtol: how far floats may be from the truth, as a share of it.

    Examples:
      >>> predicted({"p": {"w": [2, 3], "b": ()}}, "p", {"w": (2, 3), "b": ()}, {})
    """
    told, why = _verdict(namespace.get(name), name, truth, reasons, rtol)
    namespace["last_question"] = name, truth, reasons, rtol  # for the build of the page
    namespace["why"] = why
    again = "Change your prediction and run this check again."
    if told:
        raise AssertionError(f"{told} {'Run why for the reasons. ' * bool(why)}{again}")


def _verdict(
    given: Any, name: str, truth: Mapping, reasons: Mapping, rtol: float
) -> tuple[str, dict[str, str]]:  # what is wrong, and the reasons by entry
    asked = dict(_entries_by_path(truth, truth))
    form = f"{name} must be a dictionary of the form shown in the cell above"
    if not isinstance(given, Mapping):
        return f"Define {name}, run its cell, then this check: {form}.", {}
    try:
        yours = dict(_entries_by_path(given, truth))
        right = [p for p in asked if p in yours and _is_right(yours[p], asked[p], rtol)]
    except Exception as problem:
        return f"{form}, and {problem}.", {}
    begun = {path[:size] for path in asked for size in range(len(path) + 1)}
    wrong = [path for path in yours if path in begun and path not in {*right}]
    others = [path for path in yours if path not in begun]
    missing = [p for p in asked if not {p[:size] for size in range(len(p) + 1)} & {*yours}]
    if not (wrong or others or missing):
        return "", {}
    told = f"{len(right)} of the {len(asked)} entries of {name} are right."
    told += f" Missing: {len(missing)}." if missing else ""
    told += f" Not right: {_named(wrong)}." if wrong else ""
    told += f" Not asked for: {_named(others)}." if others else ""
    words = {str(value).lower() for value in asked.values()}
    odd = (yours[p] for p in wrong if isinstance(yours[p], str))
    odd = next((word for word in odd if word.strip().lower() not in words), None)
    told += f" The answer is {odd!r} for no entry." if odd is not None else ""
    why = {}
    for path in wrong:
        keys = [*(path[:size] for size in range(len(path), 0, -1)), path[0]]
        why |= {_named([path]): reasons[key] for key in keys[::-1] if key in reasons}
    return told, why


def _named(paths: list[tuple]) -> str:
    return ", ".join(".".join(map(_word, path)) for path in paths)


def _by_path(tree: Any) -> dict[str, Any]:
    if jax := sys.modules.get("jax"):
        with suppress(Exception):
            paths = jax.tree_util.tree_leaves_with_path(tree)
            return {jax.tree_util.keystr(path): leaf for path, leaf in paths}
        return {"[what JAX cannot flatten]": tree}
    return dict(_walk(tree))


def _walk(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict | list | tuple):
        for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _walk(part, f"{path}[{key!r}]")
    else:
        yield path, tree


def _plain_array(leaf: Any) -> Any:  # a copy, of a typed key its bits
    jax, dtype = sys.modules.get("jax"), getattr(leaf, "dtype", None)
    if jax and jax.dtypes.issubdtype(dtype, jax.dtypes.prng_key):
        leaf = jax.random.key_data(leaf)
    return np.array(leaf) if hasattr(leaf, "shape") else leaf


def _entries_by_path(tree: Any, form: Any, path: tuple = ()) -> Iterator[tuple]:
    if not isinstance(form, Mapping | list) or isinstance(tree, str):
        return (yield path, tree)  # a word may stand for several entries
    if not isinstance(tree, Mapping | list | tuple):
        raise ValueError(f"{_word(tree, repr)} should be a {type(form).__name__}")
    parts = dict(tree if isinstance(tree, Mapping) else enumerate(tree))
    known = dict(form if isinstance(form, Mapping) else enumerate(form))
    shapes = all(isinstance(part, tuple) for part in known.values())
    if shapes and isinstance(tree, tuple) and {*map(type, tree)} <= {int}:
        return (yield path, tree)  # as may one shape
    for key, value in parts.items():
        yield from _entries_by_path(value, known.get(key, ()), (*path, key))


def _is_right(given: Any, right: Any, rtol: float) -> bool:  # or a ValueError
    if isinstance(given, str) and not isinstance(right, str):
        if given.strip()[:1].isalpha() and given not in ("True", "False", "None"):
            return False  # a word, such as "fails"
        raise ValueError(f"{given!r} is a text; write the value itself, without quotes")
    if isinstance(right, str | None):
        return str.strip(_word(given)).lower() == str(right).lower()
    form = "True or False" if isinstance(right, bool) else "a number"
    with suppress(Exception):  # of whatever was given
        if isinstance(right, tuple):
            form = "a shape, such as (), (3,) or (2, 3)"
            shape = given if isinstance(given, tuple | list) else given.shape
            return tuple(map(operator.index, shape)) == right
        if isinstance(right, set):
            form = "a set, such as set() or {'a', 'b'}"
            return set(given) == right
        value = np.asarray(np.asarray(given, object).item()).item()  # of [1.0], too
        if type(value) in ([bool] if isinstance(right, bool) else [int, float]):
            return not differing(value, right, 0 if isinstance(right, int) else rtol)
    raise ValueError(f"{_word(given, repr)} is not {form}")


def _word(value: Any, by: Callable = str) -> str:
    with suppress(Exception):  # of an object of the reader, or a tree that is too deep
        return by(value)
    return f"a {type(value).__name__}"
