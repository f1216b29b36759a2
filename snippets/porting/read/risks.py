"""Lines that may do something else than their author wants."""

from collections.abc import Iterator
from typing import NamedTuple

from .keys import keys_used_twice
from .project import Project
from .trees import Tree

# By code: the page and the anchor that explain the risk.
EXPLAINED = {
    "split-rng": ("networks/transforms_inside", "one-dropout-mask-for-all-rows-hkvmap"),
    "state-in-apply": ("haiku/state", "what-gets-lost-inside-a-network"),
    "numbered-name": ("haiku/modules", "load-parameters-saved-under-other-names"),
    "numpy-on-tracer": ("porting/real_code", "a-class-that-inherits-from-a-layer"),
    "key-twice": ("jax/random_keys", "one-key-used-twice-nothing-fails"),
}


class Risk(NamedTuple):
    """A line at risk."""

    file: str
    line: int
    code: str
    text: str


def risks_of(project: Project, trees: list[Tree]) -> list[Risk]:
    """The lines of the files that are at risk, in their order.

    Args:
      project: the files.
      trees: what `trees_of` made of them.

    Returns:
      Each line with a sentence about it.
    """
    found = [risk for tree in trees for risk in _of_tree(tree)]
    for file in project.files.values():
        for line, key, first in keys_used_twice(file.source):
            where = (
                "in each turn of a loop" if line == first else f"in line {first}, too"
            )
            text = f"the key `{key}` is used {where}, so the numbers are the same"
            found.append(Risk(file.name, line, "key-twice", text))
    return sorted({risk for risk in found if risk.file in project.files})


def _of_tree(tree: Tree) -> Iterator[Risk]:
    made = {entry.name for entry in tree.entries if entry.kind == "state"}
    for kind, text, (file, line) in tree.events:
        if kind == "unsplit":
            told = (
                f"split_rng=False, and {text} is called inside: each row gets one key"
            )
            yield Risk(file, line, "split-rng", told)
        elif kind == "numpy":
            told = f"{text} gets what is made of the inputs: it fails on a tracer"
            yield Risk(file, line, "numpy-on-tracer", told)
        elif kind == "apply-state" and text not in made:
            told = f"`init` does not make the state {text}, so `apply` makes it"
            yield Risk(file, line, "state-in-apply", told)
    yield from _states(tree)
    yield from _numbered(tree)


def _states(tree: Tree) -> Iterator[Risk]:
    """States that `init` makes under a condition only."""
    for entry in tree.entries:
        tests = [doubt for doubt in entry.doubts if doubt.startswith("if ")]
        if entry.kind == "state" and tests:
            told = f"the state {entry.path}/{entry.name} is made only {tests[0]}"
            yield Risk(*entry.place, "state-in-apply", told)


def _numbered(tree: Tree) -> Iterator[Risk]:
    """Modules of one method that are told apart by the order in which they are made."""
    groups: dict[tuple[int, str], list] = {}
    for one in tree.made:
        if not one.given:
            groups.setdefault((one.frame, one.base), []).append(one)
    for (_, base), modules in groups.items():
        lines = list(dict.fromkeys(one.place for one in modules))
        if len(lines) > 1:
            name = base.rpartition("/")[2]
            others = ", ".join(f"{line}" for _, line in lines[1:5])
            told = f"`{name}`, told apart by order alone from those of lines {others}"
            told += ": one more before them moves their names"
            yield Risk(*lines[0], "numbered-name", told)
