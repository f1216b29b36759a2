"""An import of a snippet becomes the source of what it names and of what that uses; nothing is imported."""

from __future__ import annotations

import ast
import builtins
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from publishing.assemble.snippets import (
    Imported,
    Module,
    Piece,
    Statement,
    bindings,
    bound_names,
    import_problems,
    parse,
    read_module,
    scopes,
)
from publishing.read.problem import Line, Problem, SourceError, join, syntax_error


@dataclass
class Inliner:
    """Pastes snippets into the code cells of one notebook, cell by cell, each piece once.

    Attributes:
      snippets: the folder of the snippets package, whose name is the package's.
      forbidden: packages of the repository that no notebook can import.
      bound: what each global name of the notebook means so far: an import, a pasted piece's module path, or None
        for a name of the tutorial's own.
    """

    snippets: Path
    forbidden: tuple[str, ...] = ()
    bound: dict[str, tuple[Imported | Path | None, Line]] = field(default_factory=dict)

    def fork(self) -> Inliner:
        """A copy to try another text for the next cell."""
        return Inliner(self.snippets, self.forbidden, dict(self.bound))

    def inline(self, lines: tuple[Line, ...]) -> list[Line]:
        """The lines of a code cell with each import of a snippet replaced by source.

        Raises:
          SourceError: for an import form that cannot be inlined, an unknown name, or two meanings of one name.
        """
        if not lines:
            return []
        path = lines[0].path
        tree = parse(join(lines), path, lines)
        problems = [
            problem
            for node in ast.walk(tree)
            if isinstance(node, Statement)
            for problem in import_problems(path, node, tree, self.snippets.name, self.forbidden, lines)
        ]
        if problems:
            raise SourceError(*problems)
        parts: list[tuple[Line, ...]] = []
        copied = 0
        for node in tree.body:
            place = lines[node.lineno - 1]
            if self._is_snippet(node):
                parts += [lines[copied : node.lineno - 1], tuple(self._paste(node, place))]
                copied = node.end_lineno or node.lineno
            elif isinstance(node, Statement):
                for name, meaning in bindings(node):
                    self._bind(name, meaning, place)
            else:
                for name in sorted(bound_names(scopes(node))):
                    self._bind(name, None, place)
        return _apart([*parts, lines[copied:]]) if parts else list(lines)

    def interface(self, lines: tuple[Line, ...], statement: str) -> list[str]:
        """The signatures and docstrings of the functions that these lines import, each with a statement as its body.

        Empty if there is any other statement.
        """
        given: list[str] = []
        for node in _statements(lines):
            if not self._is_snippet(node):
                return []
            module = self._module(node.module or "", lines[node.lineno - 1])
            for alias in node.names:
                function = module.function(alias.name)
                if function is None:
                    return []
                body = textwrap.indent(statement, "    ").splitlines()
                docstring = f"    {function[1]}".splitlines() if function[1] else []
                given += [*([""] * 2 if given else []), function[0], *docstring, *body]
        return given

    def answered(self, lines: tuple[Line, ...]) -> None:
        """Let the reader's answer stand for the snippets that these lines would import, also where others use them."""
        for node in filter(self._is_snippet, _statements(lines)):
            place = lines[node.lineno - 1]
            self.bound |= {alias.name: (self._module(node.module, place).path, place) for alias in node.names}

    def _is_snippet(self, node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
        return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{self.snippets.name}.")

    def _paste(self, node: ast.ImportFrom, place: Line) -> list[Line]:
        imports: dict[str, Imported] = {}
        pieces: list[Piece] = []
        for alias in node.names:
            self._collect(node.module or "", alias.name, place, imports, pieces)
        statements = sorted((meaning.statement(name) for name, meaning in imports.items()), key=_import_order)
        pasted = [Line(statement, place.path, place.number) for statement in statements]
        for piece in pieces:
            gap = 1 if pasted and not piece.block else 2 if pasted else 0
            pasted += [Line("", place.path, place.number)] * gap
            pasted += piece.lines
        return pasted

    def _collect(
        self, module_name: str, name: str, place: Line, imports: dict[str, Imported], pieces: list[Piece]
    ) -> None:
        """Add the definition of a name and, before it, what it needs that the notebook has not yet."""
        module = self._module(module_name, place)
        piece = module.pieces.get(name)
        if piece is None:
            known = ", ".join(n for n in module.pieces if not n.startswith("_"))
            raise SourceError(Problem(place.path, place.number, f"{module_name} defines no `{name}`; it has {known}."))
        if all(self.bound.get(n, (None,))[0] == module.path for n in piece.names):
            return
        for bound in piece.names:
            self._bind(bound, module.path, place)
        for used in sorted(piece.uses - {*piece.names}):
            if used in module.pieces:
                self._collect(module_name, used, place, imports, pieces)
            elif needed := module.imports.get(used):
                if needed.module.startswith(f"{self.snippets.name}."):
                    at = Line("", module.path, piece.lines[0].number)
                    self._collect(needed.module, needed.name or "", at, imports, pieces)
                elif self.bound.get(used, (None,))[0] != needed:
                    self._bind(used, needed, place)
                    imports[used] = needed
            elif hasattr(builtins, used):
                self._bind(used, Imported("builtins", used), place)
            else:
                message = f"`{name}` uses `{used}`, which this module does not define."
                raise SourceError(Problem(module.path, piece.lines[0].number, message))
        pieces.append(piece)

    def _module(self, name: str, place: Line) -> Module:
        path = self.snippets.joinpath(*name.split(".")[1:]).with_suffix(".py")
        if not path.is_file():
            raise SourceError(Problem(place.path, place.number, f"there is no snippet module {name}."))
        return read_module(path, self.snippets.name, self.forbidden)

    def _bind(self, name: str, meaning: Imported | Path | None, place: Line) -> None:
        """Note what a name means from here on: only a name of the tutorial's own may change its meaning."""
        before, where = self.bound.setdefault(name, (meaning, place))
        if before != meaning:
            owner = next((m for m in (before, meaning) if isinstance(m, Path)), None)
            if owner:
                said = f"is pasted from {owner.parent.name}/{owner.name} and also bound at line {where.number}"
            elif isinstance(before, Imported):
                said = f"is `{before.statement(name)}` since line {where.number}"
            else:
                said = f"is bound at line {where.number} and imported here"
            message = f"`{name}` {said}; use another name, or code that relies on it would silently change."
            raise SourceError(Problem(place.path, place.number, message))


def _statements(lines: tuple[Line, ...]) -> list[ast.stmt]:
    """The statements of a solution region; none if it is only a part of one."""
    source = textwrap.dedent(join(lines))
    return [] if syntax_error(source) else ast.parse(source).body


def _apart(parts: list[tuple[Line, ...]]) -> list[Line]:
    """The parts of a cell two blank lines apart, as definitions stand; a comment stays with what it is about."""
    done: list[Line] = []
    for part in parts:
        written = [index for index, line in enumerate(part) if line.text.strip()]
        if written:
            if done and not done[-1].text.startswith("#"):
                done += [Line("", part[0].path, part[0].number)] * 2
            done += part[written[0] : written[-1] + 1]
    return done


def _import_order(statement: str) -> tuple[bool, str]:
    return statement.startswith("from"), statement
