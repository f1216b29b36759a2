"""Checks of exercises: a refusal is a sentence, what to read, and a call to see it."""

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import numpy as np


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

    def __init__(
        self, namespace: dict, name: str, section: str, advice: Mapping | None
    ):
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

    def call(
        self, *arguments: Any, by: Callable | None = None, when: str = "", **named: Any
    ) -> Any:
        """What the function returns; it must leave its arguments as they are.

        Args:
          *arguments: arrays, trees of them, or anything else.
          by: what the function is passed through first: `jax.jit`, or one of the check.
          when: the case in words, with a comma and a space at its end.
          **named: arguments by name.
        """
        self.namespace["failing"] = arguments
        names = "".join(f", {name}={value!r}" for name, value in named.items())
        by_name = getattr(by, "__name__", "by")
        by_name = "jax." * (getattr(jax, by_name, None) is by) + by_name
        called = f"{by_name}({self.name})" if by else self.name
        self.shown = f" See it with: {called}(*failing{names})"
        before = jax.tree.map(_plain_array, arguments)
        given = _in_new_containers(arguments)
        try:
            with jax.default_matmul_precision("highest"):
                result = (self.made(by) if by else self.answer)(*given, **named)
        except NotImplementedError:
            raise
        except Exception as problem:
            said = " ".join(f"{type(problem).__name__}: {problem}".split())
            advice = [text for piece, text in self.advice.items() if piece in said]
            told = f"{self.name} stops with {said[:200]} ... {' '.join(advice[:1])}"
            self.require(False, when + told)
        gone = any(getattr(x, "is_deleted", bool)() for x in jax.tree.leaves(arguments))
        self.require(not gone, f"{self.name} deletes or donates what its caller needs.")
        same = not differing(given, before, 0)
        self.require(same, f"{self.name} changes what it is given; make new objects.")
        return result

    def agrees(
        self,
        value: Any,
        right: Any,
        mistakes: Mapping,
        when: str = "",
        what: str = "",
        **limits: Any,
    ) -> None:
        """Refuse a value of another form, or with other numbers, than the right one.

        Args:
          value: what the answer gave.
          right: a number, an array, or a tree of them.
          mistakes: wrong values by sentence, told if just one fits; "" for all others.
          when: the case in words, with a comma and a space at its end.
          what: the value in words, where it is not what the function returns.
          **limits: those of `differing`.
        """
        what = f"{when}{what or f'{"what" if when else "What"} {self.name} returns'}"
        self.require(value is not None, f"{what} is None: is a `return` missing?")
        self.require(not callable(value), f"{what} is a function that was not called.")
        kept = any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(value))
        self.require(not kept, f"{what} holds a tracer that an earlier call kept.")
        if wrong := differing(value, right, **limits):
            known = {s: x for s, x in mistakes.items() if s}
            fits = [s for s, x in known.items() if not differing(value, x, **limits)]
            self.require(len(fits) != 1, f"{what}: {' '.join(fits)}")
            self.require(False, f"{what}{wrong}. {mistakes.get('', '')}")


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
    """
    mine, theirs = map(_leaves_by_path, (value, right))
    if mine.keys() != theirs.keys():
        named = [", ".join(each) or "none" for each in (mine, theirs)]
        return f" has the entries {named[0]}, not {named[1]}"
    for path, leaf in theirs.items():
        a, b = np.asarray(_plain_array(mine[path])), np.asarray(_plain_array(leaf))
        if a.shape != b.shape:
            return f"{path} has the shape {a.shape}, not {b.shape}"
        if dtypes and a.dtype != b.dtype:
            return f"{path} has the dtype {a.dtype}, not {b.dtype}"
        try:
            kind = complex if "c" in (a.dtype.kind, b.dtype.kind) else float
            a, b = a.astype(kind), b.astype(kind)
        except (TypeError, ValueError):  # not numbers
            if not np.array_equal(a, b):
                return f"{path} is {str(mine[path])[:40]}, not {str(leaf)[:40]}"
            continue
        limit = rtol * np.abs(b[np.isfinite(b)]).max(initial=0) + (atol if rtol else 0)
        with np.errstate(invalid="ignore"):  # of inf - inf
            near = (np.abs(a - b) <= limit) | (a == b) | (np.isnan(a) & np.isnan(b))
        if not near.all():
            at = np.unravel_index(np.argmin(near), near.shape)
            place = f" at {path}{list(map(int, at)) or ''}" if path or at else ""
            return f"{place} is {a[at]:.6g}, not {b[at]:.6g}"
    return ""


def predicted(
    namespace: dict, name: str, truth: Mapping, reasons: Mapping, rtol: float = 1e-2
) -> None:
    """Compare a prediction with the truth; refuse it unless every entry is right.

    The first wrong one is told how many entries are right, the second which are not,
    the third why. A tuple is a shape; each value of a dictionary or list is an entry.

    Args:
      namespace: the notebook's `globals()`, where the tries are counted.
      name: the dictionary of literals that the reader wrote.
      truth: the true values.
      reasons: why, by the key at the top or the tuple of keys that leads to an entry.
      rtol: how far floats may be from the truth, as a share of it.
    """
    namespace["last_question"] = name, truth, reasons, rtol  # for the build of the page
    given, asked = namespace.get(name), dict(_entries_by_path(truth, truth))
    form = f"{name} must be a dictionary of the form shown in the cell above"
    if not isinstance(given, Mapping):
        raise AssertionError(f"Define {name}, run its cell, then this check: {form}.")
    try:
        yours = dict(_entries_by_path(given, truth))
        right = [p for p in asked if p in yours and _is_right(yours[p], asked[p], rtol)]
    except ValueError as problem:
        raise AssertionError(f"{form}, and {problem}.") from None
    whole = [path for path in yours if path not in asked]  # a word for a dictionary
    wrong = [path for path in [*asked, *whole] if path not in right]
    wrong = [p for p in wrong if not any(p[:size] in whole for size in range(len(p)))]
    if not wrong:
        return
    tried = namespace.setdefault("tried_predictions", {}).setdefault(name, set())
    tried.add(repr(given))
    told = f"{len(right)} of the {len(asked)} entries of {name} are right."
    told += " Others do not belong there." if len(right) == len(asked) else ""
    if len(tried) > 1:
        told += f" Not right: {', '.join('.'.join(map(str, path)) for path in wrong)}."
    if len(tried) > 2:
        keys = [wrong[0][:size] for size in range(len(wrong[0]), 0, -1)]
        why = [reasons[key] for key in (*keys, wrong[0][0]) if key in reasons]
        told += " ".join(["", *why[:1]])
    raise AssertionError(f"{told} Change your prediction and run this check again.")


def _in_new_containers(tree: Any) -> Any:
    if type(tree) is dict:  # whose order `jax.tree.map` would change
        return {key: _in_new_containers(value) for key, value in tree.items()}
    if type(tree) in (list, tuple):
        return type(tree)(map(_in_new_containers, tree))
    return jax.tree.map(lambda leaf: leaf, tree)


def _leaves_by_path(tree: Any) -> dict[str, Any]:
    paths = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path): leaf for path, leaf in paths}


def _plain_array(leaf: Any) -> Any:  # a copy, of a typed key its bits
    is_key = jax.dtypes.issubdtype(getattr(leaf, "dtype", None), jax.dtypes.prng_key)
    leaf = jax.random.key_data(leaf) if is_key else leaf
    return np.array(leaf) if hasattr(leaf, "shape") else leaf


def _entries_by_path(tree: Any, form: Any, path: tuple = ()) -> Iterator[tuple]:
    """The entries by their paths; a word or one shape may stand for several."""
    if not isinstance(form, Mapping | list) or isinstance(tree, str):
        yield path, tree
    elif not isinstance(tree, Mapping | list | tuple):
        raise ValueError(f"{tree!r} should be a {type(form).__name__}")
    else:
        parts = dict(tree if isinstance(tree, Mapping) else enumerate(tree))
        known = dict(form if isinstance(form, Mapping) else enumerate(form))
        shapes = all(isinstance(part, tuple) for part in known.values())
        if shapes and isinstance(tree, tuple) and {*map(type, tree)} <= {int}:
            parts = {}
            yield path, tree
        for key, value in parts.items():
            yield from _entries_by_path(value, known.get(key, ()), (*path, key))


def _is_right(given: Any, right: Any, rtol: float) -> bool:  # or a ValueError
    if isinstance(given, str) and not isinstance(right, str):
        if given.strip()[:1].isalpha() and given not in ("True", "False", "None"):
            return False  # a word, such as "fails"
        raise ValueError(f"{given!r} is a text; write the value itself, without quotes")
    if isinstance(right, str | None):
        return str(given).strip().lower() == str(right).lower()
    if isinstance(right, tuple):
        shape = getattr(given, "shape", given)
        if isinstance(shape, tuple | list):
            return tuple(shape) == right
        raise ValueError(f"{given!r} is not a shape, such as (), (3,) or (2, 3)")
    if isinstance(right, set):
        if isinstance(given, set | frozenset | list | tuple | dict):
            return set(given) == right
        raise ValueError(f"{given!r} is not a set, such as set() or {{'a', 'b'}}")
    is_bool = isinstance(right, bool)
    entries = np.asarray(jax.device_get(given), object)  # of lists of any lengths
    value = given if entries.size != 1 else entries.item()
    if isinstance(value, bool) != is_bool or not isinstance(value, int | float):
        raise ValueError(f"{given!r} is not {('a number', 'True or False')[is_bool]}")
    limit = 0 if isinstance(right, int) else rtol * abs(right) + 1e-6
    return abs(float(value) - right) <= limit
