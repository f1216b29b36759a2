"""What checks need beside the page: snippets, and the values of names that an answer may change."""

import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from publishing.assemble.inline import Inliner
from publishing.assemble.snippets import TEACHING, Imported, Name, names, names_in, parse
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, Line, join, lines_in_strings

RESERVED = ("keep_names", "put_names_back", "kept_names")  # what keeping.py binds
_KEEPING = (TEACHING / "keeping.py").read_text(encoding="utf-8")


class Support:
    """The code before the first exercise of a tutorial, and checks as functions."""

    def __init__(self, cells: Sequence[Cell], inliner: Inliner) -> None:
        self.code = [cell for cell in cells if cell.is_python and "hidden" not in cell.tags]
        self.inliner = inliner
        checks = (cell for cell in self.code if cell.check)
        self.imports = [line for cell in checks for line in self._imports(cell)]
        # What names of checks mean, and what brings them.
        self.pasted: dict[str, tuple[Imported | Path | None, Line]] = {}

    def before(self, cell: Cell) -> tuple[Line, ...]:
        """The lines to run before an exercise; `with_kept_names` adds one."""
        if cell is not next(exercise for exercise in self.code if exercise.exercise):
            return ()
        fork = self.inliner.fork()  # the page lacks what is pasted here: a later cell gets it again
        pasted = fork.inline(tuple(self.imports))
        place = next(iter(self.imports), cell.lines[0])
        new = {n: meaning for n, (meaning, _) in fork.bound.items() if n not in self.inliner.bound}
        self.pasted = {name: (new.get(name, Path()), place) for name in (*new, *RESERVED)}
        gap = "\n\n" if pasted else ""
        return (*pasted, *_at(cell, gap + _KEEPING.partition('"""\n\n\n')[2] + "\n"))

    def check(self, cell: Cell) -> tuple[Line, ...]:
        """The lines of a check as a function, so that it takes none of the reader's names.

        Its imports of snippets stand before the first exercise; names have their values back first.
        """
        imports = self._imports(cell)
        rest = [line for line in cell.lines if line not in imports]
        while rest and not rest[0].text.strip():
            rest.pop(0)
        in_string = lines_in_strings(join(rest))
        body = [
            line if number in in_string or not line.text else replace(line, text=f"    {line.text}")
            for number, line in enumerate(rest, 1)
        ]
        name = f"check_{cell.check.replace('-', '_')}"
        head = f'def {name}():\n    put_names_back(globals(), "{cell.check}")\n'
        return (*_at(cell, head), *body, *_at(cell, f"\n\n{name}()"))

    def diagnostics(self) -> Iterator[Diagnostic]:
        """The names of checks, and of Python, to which the tutorial gives another meaning."""
        for name, (ours, place) in self.pasted.items():
            meaning, where = self.inliner.bound.get(name, (ours, place))
            if meaning != ours:
                yield where.diagnostic(f"`{name}` is a name that checks use; call this otherwise.")
        for cell in (cell for cell in self.code if cell.exercise):
            for name in names_in(cell.lines):
                if name.binds and hasattr(builtins, name.name) and name.name != "_":
                    what = f"`{name.name}` is a name of Python, which it has back after an answer"
                    yield cell.lines[name.line - 1].diagnostic(f"{what}; call this otherwise.")

    def _imports(self, cell: Cell) -> list[Line]:
        nodes = filter(self.inliner.is_snippet, parse(cell.lines).body)
        return [line for n in nodes for line in cell.lines[n.lineno - 1 : n.end_lineno]]


def _at(cell: Cell, text: str) -> Iterator[Line]:
    return (Line(line, cell.path, cell.number) for line in text.split("\n"))


def with_kept_names(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of a solved variant; before each exercise, what later cells need is remembered."""
    code = [cell for cell in cells if cell.is_python and "hidden" not in cell.tags]
    with_names = list(cells)
    for at, cell in enumerate(code):
        if cell.exercise:
            arguments = "".join(f', "{name}"' for name in (cell.exercise, *_kept(code, at)))
            line = Line(f"keep_names(globals(){arguments})", cell.path, cell.number)
            with_names[cells.index(cell)] = replace(cell, support=(*cell.support, line))
    return tuple(with_names)


def _kept(code: Sequence[Cell], at: int) -> list[str]:
    """The names that code before an exercise binds, later code needs, and the exercise keeps.

    Later code, as learners have it, needs what it reads before it binds it, and what functions read
    that it may call: those of earlier cells, of the exercise, and what was made with them. What
    only solutions need is not kept: an answer may use a function of its own under such a name.
    """
    nodes = [
        n for cell in code[:at] for text in (cell.support, cell.lines) for n in parse(text).body
    ]
    before = [names(node) for node in (*nodes, *parse(code[at].support).body)]
    given = [names(node) for node in parse(_given(code[at])).body]
    needed: set[str] = set()
    bound: set[str] = set()
    for cell in code[at + 1 :]:
        for name in names_in((*cell.support, *_given(cell))):
            if name.name not in bound:
                (bound if name.binds else needed).add(name.name)
        bound |= _bound(names_in(cell.lines))
    used, more = set[str](), needed
    while more:
        used |= more
        called = [statement for statement in (*before, *given) if _bound(statement) & more]
        needed = needed | {name.name for name in chain(*called) if name.later}
        more = {name.name for name in chain(*called)} - used
    own = _bound(names_in(code[at].lines))
    return sorted((needed & _bound(chain(*before))) - own - {"_", *RESERVED})


def _given(cell: Cell) -> tuple[Line, ...]:
    """The lines of a cell as learners have them, an exercise without its solution."""
    return tuple(_at(cell, dict(cell.stubs)["is left"])) if cell.stubs else cell.lines


def _bound(statement: Iterable[Name]) -> set[str]:
    return {name.name for name in statement if name.binds}
