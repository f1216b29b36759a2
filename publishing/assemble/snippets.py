"""Code as text: the names it binds and uses, and the definitions in a module of the snippets."""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from publishing.read.diagnostic import (
    Diagnostic,
    Line,
    SourceError,
    join,
    read_source,
    script_blocks,
    syntax_error,
)

Statement = ast.Import | ast.ImportFrom
_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (*_BLOCKS, ast.Lambda)
_DEFINITIONS = (*_BLOCKS, ast.Assign, ast.AnnAssign)
# The vocabulary of checks, which every course has and notebooks get pasted as they get snippets.
TEACHING = Path(__file__).parents[1] / "teaching"
_TEACHING = f"{__name__.partition('.')[0]}.{TEACHING.name}"
_FIRST = ("generators", "iter", "value")  # what Python runs before other fields of a node
_DECLARED = 0  # the line of a name that is only declared global there


class Imported(NamedTuple):
    """What an import binds: `import numpy as np` ("numpy", None), `from a import b` ("a", "b")."""

    module: str
    name: str | None

    def statement(self, bound: str) -> str:
        """The import statement that binds `bound` to this."""
        source = self.name or self.module
        statement = f"import {source}" if bound == source else f"import {source} as {bound}"
        return f"from {self.module} {statement}" if self.name else statement


class Piece(NamedTuple):
    """A top-level definition of a snippet module: its names, lines and the globals that it uses."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]
    uses: frozenset[str]
    block: bool


@dataclass(frozen=True)
class Module:
    """A module of the snippets package as text; `read_module` makes it."""

    path: Path
    lines: tuple[Line, ...]
    tree: ast.Module

    @cached_property
    def imports(self) -> dict[str, Imported]:
        """The names that the imports of the module bind."""
        statements = (node for node in self.tree.body if isinstance(node, Statement))
        return dict(pair for node in statements for pair in bindings(node))

    @cached_property
    def pieces(self) -> dict[str, Piece]:
        """The definitions by each name that they bind; comments right above one belong to it."""
        pieces = {}
        for node in self.tree.body:
            if isinstance(node, _DEFINITIONS):
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                while first > 1 and self.lines[first - 2].text.startswith("#"):
                    first -= 1
                lines = self.lines[first - 1 : node.end_lineno]
                uses = frozenset(name.name for name in names(node) if not name.binds)
                piece = Piece(tuple(meanings(node)), lines, uses, isinstance(node, _BLOCKS))
                pieces |= dict.fromkeys(piece.names, piece)
        return pieces

    def function(self, name: str) -> tuple[str, str] | None:
        """A function's signature without annotations or computed defaults, and its docstring."""
        functions = (node for node in self.tree.body if isinstance(node, ast.FunctionDef))
        node = next((node for node in functions if node.name == name), None)
        if node is None:
            return None
        docstring = ""
        if ast.get_docstring(node):
            docstring = ast.get_source_segment(join(self.lines), node.body[0]) or ""
        bare = copy.deepcopy(node.args)
        for defaults in (bare.defaults, bare.kw_defaults):
            for index, default in enumerate(defaults):
                if default and any(isinstance(part, ast.Name) for part in ast.walk(default)):
                    defaults[index] = ast.Constant(...)
        for argument in ast.walk(bare):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        return f"def {name}({ast.unparse(bare)}):", docstring


def module_path(name: str, snippets: Path) -> Path | None:
    """The file of a module whose code is pasted; None for any other module."""
    for package, folder in ((snippets.name, snippets), (_TEACHING, TEACHING)):
        if name.startswith(f"{package}."):
            parts = name.removeprefix(f"{package}.").split(".")
            return folder.joinpath(*parts).with_suffix(".py")
    return None


def read_module(path: Path, package: str, forbidden: tuple[str, ...] = ()) -> Module:
    """A module of the snippets; raises a SourceError if a notebook cannot hold what it has."""
    source = read_source(path)
    return _module(path, _named_in_full(path, source, package), package, forbidden)


def _named_in_full(path: Path, source: str, package: str) -> str:
    """A module whose relative imports, as a package of its own has them, name their modules."""
    folders = path.parent.parts
    innermost = [place for place, folder in enumerate(folders) if folder == package][-1:]

    def full(match: re.Match) -> str:
        last = len(folders) - len(match[1]) + 1
        levels = [part for place in innermost for part in folders[place:last]]
        return f"from {'.'.join(levels)}.{match[2]}" if levels else match[0]

    return re.sub(r"^from (\.+)(\w)", full, source, flags=re.MULTILINE)


# Every tutorial asks for the same few, and `mkdocs serve` for all of them after each save.
@lru_cache(maxsize=256)
def _module(path: Path, source: str, package: str, forbidden: tuple[str, ...]) -> Module:
    lines = tuple(Line(text, path, number) for number, text in enumerate(source.splitlines(), 1))
    module = Module(path, lines, parse(lines))
    if diagnostics := [*import_diagnostics(lines, package, forbidden), *_diagnostics(module)]:
        raise SourceError(*sorted(diagnostics, key=lambda diagnostic: diagnostic.number))
    return module


def _diagnostics(module: Module) -> Iterator[Diagnostic]:
    """What keeps a module from being pasted, its imports of snippets apart."""
    first = module.tree.body[0].lineno if module.tree.body else 1
    yield from script_blocks(module.lines[first - 1 :])  # what stands before is not pasted
    for node in module.tree.body:
        docstring = node is module.tree.body[0] and ast.get_docstring(module.tree)
        allowed = docstring or _is_command(node) or isinstance(node, (Statement, *_DEFINITIONS))
        if not allowed or (not isinstance(node, _BLOCKS) and _changes_in_place(node)):
            what = "a snippet holds imports, definitions and constants; move this into a function."
            yield module.lines[node.lineno - 1].diagnostic(what)


def _changes_in_place(node: ast.stmt) -> bool:
    stored = (part for part in ast.walk(node) if isinstance(getattr(part, "ctx", None), ast.Store))
    return any(isinstance(target, ast.Attribute | ast.Subscript) for target in stored)


def _is_command(node: ast.stmt) -> bool:
    """Whether a statement runs only where the module is a program; notebooks leave it out."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def parse(lines: tuple[Line, ...]) -> ast.Module:
    """The syntax tree of lines; a syntax error is reported at the author's line."""
    tree = _tree(join(lines))
    if isinstance(tree, SyntaxError):
        place = lines[min(tree.lineno or 1, len(lines)) - 1]
        raise SourceError(place.diagnostic(f"SyntaxError: {tree.msg}."))
    return tree


# Most cells are the same in both variants; and so are their nodes, for `names` to remember.
@lru_cache(maxsize=1024)
def _tree(source: str) -> ast.Module | SyntaxError:
    return syntax_error(source) or ast.parse(source)


def bindings(node: Statement) -> Iterator[tuple[str, Imported]]:
    """The names that an import statement binds."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, Imported(node.module or "", alias.name)
        else:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or module, Imported(module, None)


def meanings(node: ast.stmt) -> dict[str, Imported | None]:
    """What the global names that a statement binds mean: what it imports, or None for its own."""
    if isinstance(node, Statement):
        return dict(bindings(node))
    return dict.fromkeys(sorted({name.name for name in names(node) if name.binds}))


def import_diagnostics(
    lines: tuple[Line, ...], package: str, forbidden: tuple[str, ...]
) -> Iterator[Diagnostic]:
    """What keeps the imports in a module or cell from being inlined."""
    if not any("import" in line.text for line in lines):
        return
    tree = parse(lines)
    for node in (node for node in ast.walk(tree) if isinstance(node, Statement)):
        place = lines[node.lineno - 1]
        from_one = isinstance(node, ast.ImportFrom)
        modules = [node.module or ""] if from_one else [alias.name for alias in node.names]
        if from_one and node.level:
            yield place.diagnostic("a relative import cannot be pasted; name the module in full.")
        of_teaching = [module for module in modules if f"{module}.".startswith(f"{_TEACHING}.")]
        others = [module for module in modules if module not in of_teaching]
        if named := [module for module in others if module.partition(".")[0] in forbidden]:
            why = "cannot be imported here; a notebook must run without this repository."
            yield place.diagnostic(f"{named[0]} {why}")
        of_package = any(module.partition(".")[0] == package for module in modules)
        if (of_package or of_teaching) and not _can_be_pasted(node, package, tree):
            package = package if of_package else _TEACHING
            form = f"write `from {package}.module import name` at the top level of a cell"
            what = f"{form}, on a line of its own, without `as` or `*`: its source is pasted."
            yield place.diagnostic(what)


def _can_be_pasted(node: Statement, package: str, tree: ast.Module) -> bool:
    """Whether source can stand in the place of an import of snippets."""
    beside = [other for other in tree.body if other is not node]
    return (
        isinstance(node, ast.ImportFrom)
        and node.module not in (package, _TEACHING)
        and node in tree.body
        and not any(alias.asname or alias.name == "*" for alias in node.names)
        and all(o.lineno > node.end_lineno or o.end_lineno < node.lineno for o in beside)
    )


class Name(NamedTuple):
    """A global name that code binds or uses; `later` where that is within a function or class."""

    name: str
    line: int
    binds: bool
    later: bool = False


def names_in(lines: tuple[Line, ...]) -> list[Name]:
    """The names of all statements of a cell."""
    return [name for node in parse(lines).body for name in names(node)]


@lru_cache(maxsize=8192)  # about as many as there are in the cells of a few tutorials
def names(node: ast.stmt) -> tuple[Name, ...]:
    """The global names that a statement binds and uses, in the order in which Python does.

    What a check asks for by its name, as in `predicted(globals(), "shapes", ...)`, it uses.
    """
    asked: list[Name] = []
    found = _names(node, asked)
    found = [name for name in found if name.line != _DECLARED and not name.name.startswith("__")]
    return (*asked, *found)


def _names(node: ast.AST, asked: list[Name]) -> list[Name]:
    """The names that a node binds and uses in its scope, with those that scopes within it lack."""
    if isinstance(node, ast.Name):
        return [Name(node.id, node.lineno, not isinstance(node.ctx, ast.Load))]
    if isinstance(node, Statement):
        return [Name(name, node.lineno, binds=True) for name, _ in bindings(node)]
    if isinstance(node, ast.Global):
        return [Name(name, _DECLARED, binds=True, later=True) for name in node.names]
    found = [name for part in _parts(node) for name in _names(part, asked)]
    own = {parameter.name for parameter in getattr(node, "type_params", ())}
    outside = 0  # how many of them a comprehension looks up outside: those of its first iterable
    if loops := getattr(node, "generators", ()):
        outside = len(_names(loops[0].iter, []))
        parts = (part for loop in loops for part in ast.walk(loop.target))
        own = {part.id for part in parts if isinstance(part, ast.Name)}
    if isinstance(node, ast.Call):
        match node.args:
            case [ast.Call(func=ast.Name("globals")), ast.Constant(str(text)), *_]:
                asked.append(Name(text, node.lineno, binds=False))
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.insert(0, Name(node.target.id, node.lineno, binds=False))
    elif isinstance(node, _SCOPES):
        found += _lacking(node, [name for part in _body(node) for name in _names(part, asked)])
    bound = getattr(node, "name", None) or getattr(node, "rest", None)
    if isinstance(bound, str):  # a handler and a pattern bind it before what they hold
        place = len(found) if isinstance(node, _BLOCKS) else 0
        found.insert(place, Name(bound, node.lineno, binds=True))
    return [*found[:outside], *(name for name in found[outside:] if name.name not in own)]


def _lacking(node: ast.AST, found: list[Name]) -> Iterator[Name]:
    """Those of the names found in the body of a function or class that are not its own."""
    declared = {name.name for name in found if name.binds and name.later}  # as global
    if isinstance(node, ast.ClassDef):
        own = set()
    else:
        own = {name.name for name in found if name.binds} - declared
        own |= {part.arg for part in ast.iter_child_nodes(node.args) if isinstance(part, ast.arg)}
    for name in found:
        if name.line == _DECLARED:
            continue
        if name.binds and not name.later and name.name not in declared:
            own.add(name.name)
        elif name.name not in own or (name.later and isinstance(node, ast.ClassDef)):
            yield name._replace(later=True)  # methods do not see the names of their class


def _body(node: ast.AST) -> list[ast.AST]:
    return [node.body] if isinstance(node, ast.Lambda) else node.body


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What a node consists of, in the order in which it runs; without the body of a scope."""
    fields = dict(ast.iter_fields(node))
    if isinstance(node, _SCOPES):
        del fields["body"]
    fields = {field: fields[field] for field in _FIRST if field in fields} | fields
    for value in fields.values():
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, ast.AST))
