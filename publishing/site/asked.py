"""The names that an exercise asks a learner to define, as its code, its check and later cells say."""

import ast
from collections.abc import Iterable, Iterator, Sequence

from publishing.assemble.snippets import Statement
from publishing.assemble.snippets import names as global_names
from publishing.read.cells import Cell, regions
from publishing.read.problem import join

_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def names_to_define(cells: Sequence[Cell], exercise: Cell, package: str) -> list[str]:
    """The functions that the stub leaves open, and what else the solution defines and the check or a later cell needs.

    `cells` are those of the tutorial. What a loop counts with is not asked for, nor is what the stub gives.
    """
    later = [cell for cell in cells[cells.index(exercise) + 1 :] if cell.is_python and "hidden" not in cell.tags]
    needed, counting, found = _needed(later), set(), {}
    for node in ast.parse(join(exercise.lines)).body:
        within = [begin for begin, end in regions(exercise) if begin < node.end_lineno and node.lineno <= end + 1]
        if not within or (isinstance(node, Statement) and not getattr(node, "module", "").startswith(package)):
            continue
        is_open = isinstance(node, _BLOCKS) and node.lineno <= within[0]
        found |= {name.name: is_open for name in global_names(node) if name.binds and not name.name.startswith("_")}
        if not isinstance(node, _BLOCKS):
            counting |= {
                name for part in ast.walk(node) if isinstance(part, ast.For) for name in _names_in(part.target)
            }
            entries = (part.value for part in ast.walk(node) if _is_entry(part))
            found |= {name: False for entry in entries for name in _names_in(entry)}
    return [name for name, is_open in found.items() if is_open or name in needed - counting]


def _needed(cells: Iterable[Cell]) -> set[str]:
    """The global names that cells read without having bound them, or ask for, as in `globals().get("loss")`."""
    needed, bound = set(), set()
    for node in (node for cell in cells for node in ast.parse(join(cell.lines)).body):
        for name in global_names(node):
            if name.binds:
                bound.add(name.name)
            elif name.name not in bound:
                needed.add(name.name)
        needed |= {text for part in ast.walk(node) for text in _asked(part) if text not in bound}
    return needed


def _asked(node: ast.AST) -> Iterator[str]:
    """The strings that code gives to a function, or looks for, as in `"loss" in globals()`."""
    parts = node.args if isinstance(node, ast.Call) else [node.left] if isinstance(node, ast.Compare) else []
    yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _is_entry(node: ast.AST) -> bool:
    """Whether code puts something into this, as in `traces["one"] = 1`."""
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)


def _names_in(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
