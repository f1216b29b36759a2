"""An import of a snippet becomes the source of what it names and of what that uses."""

import ast
import builtins
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeGuard

from publishing.assemble.snippets import (
    Imported,
    Module,
    Piece,
    import_diagnostics,
    meanings,
    module_path,
    parse,
    read_module,
)
from publishing.read.diagnostic import Line, SourceError, join, syntax_error


@dataclass
class Inliner:
    """Pastes snippets into the code cells of one notebook, cell by cell, each piece once."""

    snippets: Path  # the folder of the package, whose name it has
    forbidden: tuple[str, ...] = ()  # packages of the repository that no notebook can import
    # What each global name means so far: an import, the module of a pasted piece, or None.
    bound: dict[str, tuple[Imported | Path | None, Line]] = field(default_factory=dict)
    relied: set[str] = field(default_factory=set)  # names on whose meaning pasted code relies

    def fork(self) -> Self:
        """A copy to try another text for the next cell."""
        return replace(self, bound=dict(self.bound), relied=set(self.relied))

    def inline(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines of a cell with source for its imports of snippets; else a SourceError."""
        if diagnostics := list(import_diagnostics(lines, self.snippets.name, self.forbidden)):
            raise SourceError(*diagnostics)
        parts: list[tuple[Line, ...]] = []
        copied = 0
        for node in parse(lines).body:
            place = lines[node.lineno - 1]
            if self.is_snippet(node):
                parts += [lines[copied : node.lineno - 1], tuple(self._paste(node, place))]
                copied = node.end_lineno or node.lineno
            else:
                for name, meaning in meanings(node).items():
                    self._bind(name, meaning, place)
        return _apart([*parts, lines[copied:]]) if parts else lines

    def interface(self, lines: tuple[Line, ...], statement: str) -> list[str]:
        """The signatures of functions with a statement as body, if lines import nothing else."""
        functions: list[str] = []
        for node in _statements(lines):
            for alias in node.names if self.is_snippet(node) else [None]:
                function = alias and self._module(node.module, lines[node.lineno - 1]).function(
                    alias.name
                )
                if not function:
                    return []
                signature, docstring = function
                body = [f"    {docstring}"] if docstring else []
                functions.append("\n".join([signature, *body, textwrap.indent(statement, "    ")]))
        return "\n\n\n".join(functions).splitlines()

    def answered(self, lines: tuple[Line, ...]) -> None:
        """Let the answer stand for the snippets that these lines import, in snippets too."""
        for node in filter(self.is_snippet, _statements(lines)):
            place = lines[node.lineno - 1]
            self.bound |= {
                alias.name: (self._module(node.module, place).path, place) for alias in node.names
            }

    def is_snippet(self, node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
        """Whether a statement imports from the snippets."""
        return isinstance(node, ast.ImportFrom) and bool(
            module_path(node.module or "", self.snippets)
        )

    def _paste(self, node: ast.ImportFrom, place: Line) -> list[Line]:
        needed = [
            part for alias in node.names for part in self._collect(node.module, alias.name, place)
        ]
        imports = (part for part in needed if isinstance(part, Line))
        pasted = sorted(imports, key=lambda line: (line.text.startswith("from"), line.text))
        for piece in (part for part in needed if isinstance(part, Piece)):
            gap = (2 if piece.block else 1) if pasted else 0
            pasted += [*[replace(piece.lines[0], text="")] * gap, *piece.lines]
        return pasted

    def _collect(self, module_name: str, name: str, place: Line) -> Iterator[Line | Piece]:
        """The definition of a name, after what it needs and the notebook lacks."""
        module = self._module(module_name, place)
        piece = module.pieces.get(name)
        if piece is None:
            known = ", ".join(n for n in module.pieces if not n.startswith("_"))
            raise SourceError(
                place.diagnostic(f"{module_name} defines no `{name}`; it has {known}.")
            )
        if all(self.bound.get(n, (None,))[0] == module.path for n in piece.names):
            return
        for bound in piece.names:
            self._bind(bound, module.path, place)
        self.relied |= piece.uses
        for used in sorted(piece.uses - {*piece.names}):
            if used in module.pieces:
                yield from self._collect(module_name, used, place)
            elif needed := module.imports.get(used):
                if module_path(needed.module, self.snippets):
                    yield from self._collect(needed.module, needed.name or "", piece.lines[0])
                elif self.bound.get(used, (None,))[0] != needed:
                    self._bind(used, needed, place)
                    yield replace(piece.lines[0], text=needed.statement(used))
            elif hasattr(builtins, used):
                self._bind(used, Imported("builtins", used), place)
            else:
                raise SourceError(
                    piece.lines[0].diagnostic(
                        f"`{name}` uses `{used}`, which this module does not define."
                    )
                )
        yield piece

    def _module(self, name: str, place: Line) -> Module:
        path = module_path(name, self.snippets)
        if path is None or not path.is_file():
            raise SourceError(place.diagnostic(f"there is no snippet module {name}."))
        return read_module(path, self.snippets.name, self.forbidden)

    def _bind(self, name: str, meaning: Imported | Path | None, place: Line) -> None:
        """Note what a name means from here on: that does not change if pasted code relies on it."""
        before, where = self.bound.get(name, (meaning, place))
        self.bound[name] = (meaning, where if before == meaning else place)
        if before != meaning and (
            name in self.relied or isinstance(before, Path) or isinstance(meaning, Path)
        ):
            what = f"`{name}` means something else since line {where.number}"
            why = "use another name, or pasted code that relies on it would silently change."
            raise SourceError(place.diagnostic(f"{what}; {why}"))


def _statements(lines: tuple[Line, ...]) -> list[ast.stmt]:
    """The statements of a solution region; none if it is only a part of one."""
    source = textwrap.dedent(join(lines))
    return [] if syntax_error(source) else ast.parse(source).body


def _apart(parts: list[tuple[Line, ...]]) -> tuple[Line, ...]:
    """The parts of a cell two blank lines apart; a comment stays with what it is about."""
    cell: list[Line] = []
    for part in parts:
        filled = [index for index, line in enumerate(part) if line.text.strip()]
        if filled:
            if cell and not cell[-1].text.startswith("#"):
                cell += [replace(part[0], text="")] * 2
            cell += part[filled[0] : filled[-1] + 1]
    return tuple(cell)
