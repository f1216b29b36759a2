"""What checks need beside the page: snippets, names of their own, and the values that an answer's cell may change."""

import ast
import builtins
import io
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

from publishing.assemble.inline import Inliner
from publishing.assemble.snippets import Imported, Name, meanings, names, parse
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, Line, join

RESERVED = ("keep_names", "put_names_back", "kept_names")  # what keeping.py binds


class Support:
    """The code before each exercise of a tutorial: in the first, once, what its checks import from the snippets."""

    def __init__(self, cells: Sequence[Cell], package: str) -> None:
        self.package = package
        self.code = [cell for cell in cells if cell.is_python and "hidden" not in cell.tags]
        page = [
            name
            for cell in self.code
            if not cell.check
            for node in parse(cell.lines).body
            for name in names(node)
        ]
        self.shown = {name.name for name in page} - _bound(page)  # what the page has of its checks
        self.imports = tuple(
            line for cell in self.code if cell.check for line in self._imports(cell)
        )
        # What names of checks mean, and what brings them.
        self.pasted: dict[str, tuple[Imported | Path | None, Line]] = {}

    def before(self, cell: Cell, inliner: Inliner) -> tuple[Line, ...]:
        """The lines to run before an exercise; `with_kept_names` adds one."""
        if cell is not next(exercise for exercise in self.code if exercise.exercise):
            return ()
        fork = (
            inliner.fork()
        )  # readers of the page lack what is pasted here: a later cell gets it again
        pasted = fork.inline(self.imports) if self.imports else ()
        place = self.imports[0] if self.imports else cell.lines[0]
        new = {
            name: meaning for name, (meaning, _) in fork.bound.items() if name not in inliner.bound
        }
        self.pasted = {name: (new.get(name, Path()), place) for name in (*new, *RESERVED)}
        gap = [Line("", cell.path, cell.number)] * 2
        keeping = (Line(text, cell.path, cell.number) for text in _keeping().splitlines())
        return (*pasted, *(gap if pasted else ()), *keeping, *gap)

    def check(self, cell: Cell) -> tuple[Line, ...]:
        """The lines of a check, which first gives names their values back, without its imports of snippets."""
        taken = {line.number for line in self._imports(cell)}
        rest = [line for line in cell.lines if line.number not in taken]
        while rest and not rest[0].text.strip():
            rest.pop(0)
        return (
            Line(f'put_names_back(globals(), "{cell.check}")', cell.path, cell.number),
            *_renamed(tuple(rest), self.shown),
        )

    def diagnostics(self, inliner: Inliner) -> Iterator[Diagnostic]:
        """The names of checks to which the tutorial gives another meaning."""
        for name, (ours, place) in self.pasted.items():
            meaning, where = inliner.bound.get(name, (ours, place))
            if meaning != ours:
                yield where.diagnostic(f"`{name}` is a name that checks use; call this otherwise.")
        for cell in (cell for cell in self.code if cell.exercise):
            for name in (name for node in parse(cell.lines).body for name in names(node)):
                if name.binds and hasattr(builtins, name.name) and name.name != "_":
                    what = f"`{name.name}` is a name of Python, which it has back after an answer; call this otherwise."
                    yield cell.lines[name.line - 1].diagnostic(what)

    def _imports(self, cell: Cell) -> Iterator[Line]:
        for node in parse(cell.lines).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                f"{self.package}."
            ):
                yield from cell.lines[node.lineno - 1 : node.end_lineno]


def _renamed(lines: tuple[Line, ...], shown: set[str]) -> tuple[Line, ...]:
    """The lines of a check with `_` after each name that it binds, so that it takes none of the reader's.

    Imports keep theirs, as do `failing` (see `Check.call`) and names that the page shows.
    """
    tree, text = parse(lines), join(lines)
    parts = list(ast.walk(tree))
    imported = (meanings(node) for node in parts if isinstance(node, ast.Import | ast.ImportFrom))
    own = _bound(chain(*map(names, tree.body))) - {"_", "failing", *chain(*imported), *shown}
    of_functions = {part.arg for part in parts if isinstance(part, ast.arg)}
    stay = {
        _start(lines, part)
        for part in parts
        if isinstance(part, ast.keyword) and part.arg not in of_functions
    }
    texts, places, before = [line.text for line in lines], [], ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if (
            token.type == tokenize.NAME
            and token.string in own
            and before != "."
            and token.start not in stay
        ):
            places.append((token.start, token.string))
        before = token.string
    for (row, column), name in reversed(places):
        text, end = texts[row - 1], column + len(name)
        texts[row - 1] = f"{text[:end]}_{text[end:]}"
    return tuple(replace(line, text=text) for line, text in zip(lines, texts, strict=True))


def _start(lines: Sequence[Line], node: ast.keyword) -> tuple[int, int]:
    """Where a keyword argument begins, counted in characters; a tree counts bytes."""
    return node.lineno, len(lines[node.lineno - 1].text.encode()[: node.col_offset].decode())


def with_kept_names(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells of a solved variant; the code before each exercise ends by remembering what later cells need."""
    code = [cell for cell in cells if cell.is_python and "hidden" not in cell.tags]
    with_names = list(cells)
    for at, cell in enumerate(code):
        if cell.exercise:
            call = ", ".join(
                ["globals()", *(f'"{name}"' for name in (cell.exercise, *_kept(code, at)))]
            )
            line = Line(f"keep_names({call})", cell.path, cell.number)
            with_names[cells.index(cell)] = replace(cell, support=(*cell.support, line))
    return tuple(with_names)


def _kept(code: Sequence[Cell], at: int) -> list[str]:
    """The names that code before an exercise binds, that later code needs, and that the exercise does not define.

    Later code needs what it reads before it binds it, and what functions read that it may call: those of earlier
    cells, of the exercise, and what was made with them.
    """
    earlier = [
        names(node) for node in (*chain(*map(_nodes, code[:at])), *parse(code[at].support).body)
    ]
    own = [names(node) for node in parse(code[at].lines).body]
    needed: set[str] = set()
    bound: set[str] = set()
    for cell in code[at + 1 :]:
        of_check = _bound(chain(*map(names, _nodes(cell)))) if cell.check else set()
        for name in chain(*map(names, _nodes(cell))):
            if name.name not in bound | of_check:
                (bound if name.binds else needed).add(name.name)
        bound |= of_check
    used = set(needed)
    while (
        more := {name.name for each in (*earlier, *own) if _bound(each) & used for name in each}
        - used
    ):
        used |= more
    needed |= {
        name.name for each in (*earlier, *own) if _bound(each) & used for name in each if name.later
    }
    return sorted((needed & _bound(chain(*earlier))) - _bound(chain(*own)) - {"_", *RESERVED})


def _nodes(cell: Cell) -> list[ast.stmt]:
    return [*parse(cell.support).body, *parse(cell.lines).body]


def _bound(used: Iterable[Name]) -> set[str]:
    return {name.name for name in used if name.binds}


@cache
def _keeping() -> str:
    """The module `keeping` without its docstring."""
    source = Path(__file__).with_name("keeping.py").read_text(encoding="utf-8")
    return source.partition('"""\n\n')[2]
