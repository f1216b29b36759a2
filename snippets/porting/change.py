"""Go on training a network that was changed: which old array belongs to which layer."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import numpy as np


@dataclass(frozen=True)
class Graft:
    """What came from the old trees and what did not; print it to read it.

    A path is "module/name", after the path to the module's tree if there is one, as in
    `[1][0].mu/linear/w` of Optax. A path without a module ends with the field.

    Attributes:
      taken: the new paths whose leaves are old ones, with the old paths.
      fresh: the new paths that keep their own leaves, and why.
      left: the old paths that nothing takes, with shapes.
      doubts: by name without a number, which modules may be other layers than before.

    Examples:
      >>> old, new = ({"a": {"w": np.zeros(size)}} for size in (2, 3))
      >>> graft(new, old).fresh
      {'a/w': 'float64[3], and old has float64[2]'}
    """

    taken: dict[str, str]
    fresh: dict[str, str]
    left: dict[str, str]
    doubts: dict[str, str]
    _tree: Any = field(repr=False)

    @property
    def tree(self) -> Any:
        """The grafted tree, in the form of the new one.

        Raises:
          ValueError: if it is in doubt which old layer a module is.
        """
        if self.doubts:
            told = "Say in names which old module each is."
            raise ValueError("\n".join([*self.doubts.values(), told]))
        return self._tree

    def __str__(self):
        total = len(self.taken) + len(self.fresh)
        lines = [f"{len(self.taken)} of {total} leaves are taken."]
        moved = (f"{_module(p)} is {_module(o)}" for p, o in self.taken.items())
        lines += _counted(told for told in moved if len({*told.split(" is ")}) > 1)
        lines += _counted(f"fresh: {_module(p)}, {w}" for p, w in self.fresh.items())
        lines += _counted(f"left over: {_module(path)}" for path in self.left)
        lines += [f"in doubt: {why}" for why in self.doubts.values()]
        return "\n".join(lines)


def graft(new: Any, old: Any, names: Mapping[str, str | None] | None = None) -> Graft:
    """Take the leaves of an old tree into that of a changed network.

    Both are parameters, state, an optimiser's state, or one tree with all of them. A
    leaf of a module is found by its path, with the module's old name for its new one. A
    leaf that has another place in an optimiser, as in `optax.partition`, is found by
    the end of its path, from the last field on, if one old leaf is the most alike. A
    count is taken only if moments near it are. Shapes and dtypes must agree.

    Haiku numbers modules without a name in the order in which they are made. If there
    are more or fewer of a name than before, then `linear_1` may be another layer of the
    same shape: it is in doubt until `names` has one of them.

    Args:
      new: the tree that the changed network and its optimiser make, with its arrays.
      old: the tree that was trained, of arrays.
      names: the new name of each old module, or of a scope with all that is in it, that
        has another one now; None for one that is not taken, and its own name for one
        that is still the same.

    Returns:
      What is taken, fresh, left over and in doubt, and the tree.

    Raises:
      ValueError: if `names` has a module that `old` lacks or a name that `new` lacks,
        or if two old modules would get one name.

    Examples:
      >>> layer = {"w": np.ones((2, 2))}
      >>> old, new = {"linear": layer}, {"linear": layer, "linear_1": layer}
      >>> print(graft(new, old))
      1 of 2 leaves are taken.
      fresh: linear_1, which old lacks
      in doubt: old has 1 linear, new has 2: linear may be another layer
      >>> print(graft(new, old, {"linear": "linear_1"}))
      1 of 2 leaves are taken.
      linear_1 is linear
      fresh: linear, which old lacks
    """
    names = dict(names or {})
    has, wants = _leaves(old), _leaves(new)
    old_modules = dict.fromkeys(leaf.module for leaf in has if leaf.module)
    new_modules = dict.fromkeys(leaf.module for leaf in wants if leaf.module)
    goes_to = {module: _renamed(module, names) for module in old_modules}
    _check_names(names, goes_to, new_modules)
    pairs, fresh = _pairs(wants, has, goes_to)
    used = {id(source) for source in pairs.values()}
    values = [pairs.get(leaf.path, leaf).value for leaf in wants]
    same = {leaf.module for leaf in wants if leaf.module and leaf.path in pairs}
    return Graft(
        taken={path: source.path for path, source in pairs.items()},
        fresh=fresh,
        left={leaf.path: _shown(leaf.value) for leaf in has if id(leaf) not in used},
        doubts=_doubts(goes_to, new_modules, names, same),
        _tree=jax.tree.unflatten(jax.tree.structure(new), values),
    )


class _Leaf(NamedTuple):
    place: tuple[str, ...]  # the entries of the path before the module, or all of them
    module: str | None
    name: str
    value: Any

    @property
    def path(self) -> str:
        inside = [self.module, self.name] if self.module else []
        return "/".join(["".join(self.place), *inside]).removeprefix("/")


def _leaves(tree: Any) -> list[_Leaf]:
    """The leaves of a tree; those of a module end with two keys of dictionaries."""
    leaves = []
    for path, value in jax.tree_util.tree_leaves_with_path(tree):
        entries = tuple(jax.tree_util.keystr((entry,)) for entry in path)
        keys = [getattr(entry, "key", None) for entry in path[-2:]]
        if len(keys) == 2 and all(isinstance(key, str) for key in keys):
            leaves.append(_Leaf(entries[:-2], *keys, value))
        else:
            leaves.append(_Leaf(entries, None, "", value))
    return leaves


def _renamed(module: str, names: Mapping[str, str | None]) -> str | None:
    """The new name of a module: that of the longest scope that has one."""
    for scope in _scopes(module):
        if scope in names:
            new = names[scope]
            return new if new is None else new + module.removeprefix(scope)
    return module


def _scopes(module: str) -> Iterator[str]:  # the module first, then what is around it
    parts = module.split("/")
    return ("/".join(parts[:size]) for size in range(len(parts), 0, -1))


def _check_names(names: Mapping, goes_to: dict, new_modules: dict) -> None:
    scopes = {scope for module in goes_to for scope in _scopes(module)}
    if unknown := [name for name in names if name not in scopes]:
        raise ValueError(f"old has no module {unknown}; it has {list(goes_to)}.")
    told = [new for old, new in goes_to.items() if new not in (None, old)]
    if unknown := [name for name in told if name not in new_modules]:
        raise ValueError(f"new has no module {unknown}; it has {list(new_modules)}.")
    counts = Counter(new for new in goes_to.values() if new is not None)
    if twice := [name for name, count in counts.items() if count > 1]:
        olds = [old for old, new in goes_to.items() if new in twice]
        told = f"{olds} of old would all be {sorted(twice)}."
        raise ValueError(f"{told} Give each another name, or None, in names.")


def _pairs(wants: list, has: list, goes_to: dict) -> tuple[dict, dict]:
    """By new path the old leaf that is taken, and for the others the reason."""
    pairs, fresh = {}, {}
    for leaf in sorted(wants, key=lambda leaf: leaf.module is None):  # counts last
        alike = [
            other
            for other in has
            if leaf.name == other.name
            and leaf.module == (other.module and goes_to[other.module])
        ]
        found = _nearest(leaf, alike)
        if leaf.module is None:
            fields = _beside(leaf, wants)
            found = [other for other in found if _beside(other, has) == fields]
            if not _near_one(leaf, wants, pairs):
                fresh[leaf.path] = "as all that is beside it"
                continue
        if len(found) != 1:
            several = f"which may be {' or '.join(other.path for other in found)}"
            fresh[leaf.path] = several if found else "which old lacks"
        elif _shown(found[0].value) != _shown(leaf.value):
            got, want = _shown(found[0].value), _shown(leaf.value)
            fresh[leaf.path] = f"{want}, and old has {got}"
        else:
            pairs[leaf.path] = found[0]
    order = [leaf.path for leaf in wants]
    ordered = {path: pairs[path] for path in order if path in pairs}
    return ordered, {path: fresh[path] for path in order if path in fresh}


def _nearest(leaf: _Leaf, others: list[_Leaf]) -> list[_Leaf]:
    """Those at the same place, or else those whose places end most alike."""
    if same := [other for other in others if other.place == leaf.place]:
        return same
    scores = [_common(leaf.place, other.place) for other in others]
    most = max(scores, default=0)
    return [o for o, score in zip(others, scores, strict=True) if score == most > 0]


def _common(place: tuple, other: tuple) -> int:  # the entries at the end that are equal
    same = [a == b for a, b in zip(reversed(place), reversed(other), strict=False)]
    return [*same, False].index(False)


def _beside(count: _Leaf, leaves: list[_Leaf]) -> set[str]:
    """The fields of the node that a leaf is in, such as those of `ScaleByAdamState`."""
    node = count.place[:-1]
    places = (leaf.place for leaf in leaves)
    return {
        p[len(node)] for p in places if p[: len(node)] == node and len(p) > len(node)
    }


def _near_one(count: _Leaf, leaves: list[_Leaf], pairs: Mapping) -> bool:
    """Whether some leaf of a module is taken, of those that are nearest to a count."""
    for size in reversed(range(len(count.place))):
        near = [
            leaf.path
            for leaf in leaves
            if leaf.module and leaf.place[:size] == count.place[:size]
        ]
        if near:
            return any(path in pairs for path in near)
    return True


def _doubts(goes_to: dict, new_modules: dict, names: Mapping, same: set) -> dict:
    """Modules that kept a numbered name of which there are more or fewer now."""
    before, now = _families(goes_to), _families(new_modules)
    told = {}
    for family, olds in before.items():
        news = now.get(family, [])
        named = any(member in names for member in olds)
        kept = [m for m in olds if m in news and any(m in _scopes(s) for s in same)]
        if kept and not named and set(olds) != set(news):
            several = (
                "may be another layer" if len(kept) == 1 else "may be other layers"
            )
            has = f"old has {len(olds)} {family}, new has {len(news)}"
            told[family] = f"{has}: {', '.join(kept)} {several}"
    return told


def _families(modules: Mapping) -> dict[str, list[str]]:
    """Modules and scopes by their name without its number."""
    families: dict[str, list[str]] = {}
    for scope in dict.fromkeys(s for module in modules for s in _scopes(module)):
        families.setdefault(re.sub(r"_\d+$", "", scope), []).append(scope)
    return families


def _module(path: str) -> str:  # without the tree that it is in
    return re.sub(r"^[\[.][^/]*/", "", path).rpartition("/")[0] or path


def _counted(lines: Iterable[str]) -> list[str]:
    return [
        f"{line}, {count} leaves" if count > 1 else line
        for line, count in Counter(lines).items()
    ]


def _shown(value: Any) -> str:
    dtype = getattr(value, "dtype", np.result_type(type(value)))
    return f"{dtype}{list(np.shape(value))}"
