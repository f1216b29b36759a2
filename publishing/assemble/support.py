"""What checks need beside the page: snippets of their own, and the values of names that an answer's cell may change."""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from publishing.assemble.inline import Inliner
from publishing.assemble.snippets import Imported, Name, names, parse
from publishing.read.cells import Cell
from publishing.read.problem import Line, Problem

RESERVED = ("keep", "put_back", "kept_names")  # what keeping.py binds


class Support:
    """The code before each exercise of a tutorial: in the first, once, what its checks import from the snippets."""

    def __init__(self, cells: Sequence[Cell], package: str) -> None:
        self.package = package
        self.code = [cell for cell in cells if cell.code and "hidden" not in cell.tags]
        self.imports = tuple(line for cell in self.code if cell.check for line in self._imports(cell))
        self.pasted: dict[
            str, tuple[Imported | Path | None, Line]
        ] = {}  # what names of checks mean, and what brings them

    def before(self, cell: Cell, inliner: Inliner) -> tuple[Line, ...]:
        """The lines to run before an exercise."""
        lines: list[Line] = []
        if cell is next(exercise for exercise in self.code if exercise.exercise):
            fork = inliner.fork()  # readers of the page lack what is pasted here: a later cell gets it again
            pasted = fork.inline(self.imports) if self.imports else ()
            place = self.imports[0] if self.imports else cell.lines[0]
            new = {name: meaning for name, (meaning, _) in fork.bound.items() if name not in inliner.bound}
            self.pasted = {name: (new.get(name, Path()), place) for name in (*new, *RESERVED)}
            gap = [Line("", cell.path, cell.number)] * 2
            keeping = (Line(text, cell.path, cell.number) for text in _keeping().splitlines())
            lines = [*pasted, *(gap if pasted else ()), *keeping, *gap]
        call = ", ".join(["globals()", *(f'"{name}"' for name in (cell.exercise, *self._kept(cell)))])
        return (*lines, Line(f"keep({call})", cell.path, cell.number))

    def check(self, cell: Cell) -> tuple[Line, ...]:
        """The lines of a check, which first gives names their values back, without its imports of snippets."""
        taken = {line.number for line in self._imports(cell)}
        rest = [line for line in cell.lines if line.number not in taken]
        while rest and not rest[0].text.strip():
            rest.pop(0)
        return (Line(f'put_back(globals(), "{cell.check}")', cell.path, cell.number), *rest)

    def problems(self, inliner: Inliner) -> Iterator[Problem]:
        """The names of checks to which the tutorial gives another meaning."""
        for name, (ours, place) in self.pasted.items():
            meaning, where = inliner.bound.get(name, (ours, place))
            if meaning != ours:
                yield where.problem(f"`{name}` is a name that checks use; call this otherwise.")

    def _imports(self, cell: Cell) -> Iterator[Line]:
        for node in parse(cell.lines).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{self.package}."):
                yield from cell.lines[node.lineno - 1 : node.end_lineno]

    def _kept(self, cell: Cell) -> list[str]:
        """The names that earlier cells bind, later ones use before they bind them, and the exercise does not define."""
        at = self.code.index(cell)
        earlier, own = ({name.name for name in _names(*cells) if name.binds} for cells in (self.code[:at], [cell]))
        needed: set[str] = set()
        bound: set[str] = set()
        for name in _names(*self.code[at + 1 :]):
            if name.name not in bound:
                (bound if name.binds else needed).add(name.name)
        return sorted(name for name in (earlier & needed) - own if not name.startswith("_"))


def _names(*cells: Cell) -> Iterator[Name]:
    return (name for cell in cells for node in parse(cell.lines).body for name in names(node))


@cache
def _keeping() -> str:
    """The module `keeping` without its docstring."""
    source = Path(__file__).with_name("keeping.py").read_text(encoding="utf-8")
    return source.partition('"""\n\n')[2]
