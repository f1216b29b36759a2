"""The walk through a file that knows at each place what names mean."""

import ast
import functools
from collections.abc import Iterator

from .edits import attribute_edits, last_name, module_apart
from .hints import HINTS, Call, plain_transforms
from .imports import import_edits, is_used_privately, vain_imports
from .ops import added_edits, call_edits, keyword_edits
from .records import Binding, Change, Import, Use
from .rules import code_of
from .scopes import guarded_nodes, lines_of, names_bound, parsed, parts_within
from .table import Table


class Finder(ast.NodeVisitor):
    """Walks through a file, and knows at each place what names mean."""

    def __init__(self, source: str, table: Table, unsafe: bool = False):
        self.tree, self.table, self.unsafe = parsed(source), table, unsafe
        tree = self.tree
        self.lines = [line.encode() for line in lines_of(source.removeprefix("\ufeff"))]
        alone = (one for one in ast.walk(tree) if isinstance(one, ast.Expr))
        self.alone = {one.value: one for one in alone}  # values that nothing uses
        self.replaced: dict[ast.expr, tuple] = {}  # edits that take these nodes away
        self.added: dict[ast.expr, tuple] = {}  # edits that go with a new name
        self.found: list[Change] = []
        self.guarded = guarded_nodes(tree)
        self.scopes = [(tree, self.bindings(tree))]
        self.transforms = plain_transforms(self)
        self.imports = {
            table.renamed(alias.name).partition(".")[0]
            for node in parts_within(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if not alias.asname
        }
        self.pending: list[Import] = []
        self.uses: list[Use] = []

    def changes(self) -> list[Change]:
        self.visit(self.tree)
        for one in self.pending:
            self.report_import(one)
        return self.found

    # What names mean

    @functools.cached_property
    def bound(self) -> set[tuple[str, str | ast.expr | None]]:
        """What the file binds anywhere, each name with its meaning."""
        return {pair for node in ast.walk(self.tree) for pair in names_bound(node)}

    def bindings(self, scope: ast.AST) -> dict[str, list[Binding]]:
        """What a scope binds, without the scopes in it."""
        names: dict[str, list[Binding]] = {}
        for part in parts_within(scope):
            for name, meaning in names_bound(part):
                full = meaning if isinstance(meaning, str) else ""
                fixed = full if id(part) in self.guarded else self.table.renamed(full)
                line = getattr(part, "lineno", 0)
                if isinstance(part, (ast.Assign, ast.AnnAssign)):
                    line = part.end_lineno + 1  # its value still reads the older one
                bound = Binding(line, meaning, fixed, part)
                names.setdefault(name, []).append(bound)
        return names

    def meanings(self, name: str, line: int) -> list[Binding]:
        """What a name may mean at a line of the innermost scope, the newest last."""
        for depth, (scope, names) in enumerate(reversed(self.scopes)):
            if name in names and not (depth and isinstance(scope, ast.ClassDef)):
                before = [one for one in names[name] if depth or one.line <= line]
                return before or names[name][:1]
        return []

    def binding(self, name: str, line: int) -> Binding | None:
        """What a name means at a line of the innermost scope."""
        return (self.meanings(name, line) or [None])[-1]

    def full(self, node: ast.expr, depth: int = 9) -> str:
        """The dotted name of an expression through the imports; empty without one."""
        if isinstance(node, ast.Attribute):
            base = self.full(node.value, depth)
            return base and f"{base}.{node.attr}"
        if not isinstance(node, ast.Name) or not depth:
            return ""
        bound = self.binding(node.id, node.lineno)
        meaning = bound.meaning if bound else None
        if isinstance(meaning, ast.expr):
            return self.full(meaning, depth - 1)
        return meaning or ""

    def text(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text of the file between two places."""
        lines = self.lines[start[0] - 1 : end[0]]
        lines[-1] = lines[-1][: end[1]]
        lines[0] = lines[0][start[1] :]
        return b"".join(lines).decode()

    def value(self, node: ast.expr) -> ast.expr:
        """The value that was assigned to a name; other expressions as they are."""
        bound = self.binding(node.id, node.lineno) if isinstance(node, ast.Name) else 0
        return bound.meaning if bound and isinstance(bound.meaning, ast.expr) else node

    # The walk

    def within(self, node: ast.AST, parts: list[ast.AST]) -> None:
        self.scopes.append((node, self.bindings(node)))
        for part in parts:
            self.visit(part)
        self.scopes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.annotation(node.returns)
        for part in (*node.decorator_list, node.args, node.returns):
            if part:
                self.visit(part)
        self.within(node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self.within(node, node.body)

    def visit_arg(self, node: ast.arg | ast.AnnAssign) -> None:
        self.annotation(node.annotation)
        self.generic_visit(node)

    visit_AnnAssign = visit_arg

    def annotation(self, node: ast.expr | None) -> None:
        """Visit the strings of an annotation, such as "jnp.DeviceArray", as code."""
        for part in ast.walk(node) if node else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                for expression in _in_string(part):
                    self.visit(expression)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self.within(node, [node.body])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self.within(node, list(ast.iter_child_nodes(node)))

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_Import(self, node: ast.Import) -> None:
        self.imported(node, {alias: alias.name for alias in node.names}, "")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if not node.level:
            names = {alias: f"{node.module}.{alias.name}" for alias in node.names}
            self.imported(node, names, node.module or "")

    def imported(self, node: ast.stmt, names: dict, module: str) -> None:
        """Keep what an import statement names until the uses of it are known."""
        renames = {alias: self.table.renamed(full) for alias, full in names.items()}
        objects = self.table.known if isinstance(node, ast.Import) else {}
        renames = {
            alias: new
            for alias, new in renames.items()
            if new != names[alias] or f"import.{new}" in objects
        }
        self.pending.append(Import(node, names, renames, module))

    def report_import(self, one: Import) -> None:
        """Report what an import statement names, with the edits that mend it."""
        edits, mended = (), {}
        if id(one.node) not in self.guarded:
            vain = vain_imports(self, one)
            renames = {
                alias: new
                for alias, new in one.renames.items()
                if alias not in vain and not is_used_privately(self.uses, one, alias)
            }
            renames |= {alias: root for alias, root in vain.items() if root}
            mended = renames | vain
            edits = import_edits(one.node, renames, vain.keys() - renames.keys(), self)
        for alias, full in one.names.items():
            module = f"import.{one.module or full}"
            found = self.table.name(full) or self.table.name(module)
            self.report(found, one.node, edits if alias in mended else (), alias.lineno)

    def visit_Name(self, node: ast.Name) -> None:
        self.uses.append(Use(node.id, self.full(node), bool(self.replaced.get(node))))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        full, edits = self.full(node), ()
        found = self.table.name(full) if full else None
        if full and self.is_for_other_versions(node):
            self.guarded.add(id(node))
        if found:
            edits = self.replaced.get(node)
            if edits is None:
                edits = attribute_edits(self, node, full, found)
            edits = (*edits, *self.added.get(node, ()))
            self.report(found, node, edits, node.end_lineno)
        elif known := self.table.method(node.attr):
            new, reason = known.new, known.reason
            edits = (last_name(node, new),) if known.renamed else ()
            code = code_of(f".{node.attr}", known, "!")
            line = node.end_lineno
            self.add(node, node.attr, new, reason, edits=edits, line=line, code=code)
        if full:
            root = next(part for part in ast.walk(node) if isinstance(part, ast.Name))
            self.uses.append(Use(root.id, full, bool(edits)))
        else:
            self.generic_visit(node)

    def is_for_other_versions(self, node: ast.Attribute) -> bool:
        """Whether an import in a branch for other versions binds the root of a name."""
        root = next(part for part in ast.walk(node) if isinstance(part, ast.Name))
        bound = self.binding(root.id, node.lineno)
        return bound is not None and id(bound.node) in self.guarded

    def visit_Call(self, node: ast.Call) -> None:
        function, arguments = self.full(node.func), node.args
        if function == "functools.partial" and arguments:
            function, arguments = self.full(arguments[0]), arguments[1:]
        for keyword in node.keywords:
            if function and keyword.arg:
                self.keyword(function, keyword, (node, arguments))
        if id(node) not in self.guarded:
            replaced = call_edits(self, node, function)
            self.replaced |= replaced
            self.added[node.func] = added_edits(node, function)
            edits = (*sum(replaced.values(), ()), *self.added[node.func])
            if edits and isinstance(node.func, ast.Name):  # else it has a report
                self.report(self.table.name(function), node, edits, node.lineno)
        for hint in HINTS:
            hint(self, Call(node, function, arguments))
        self.generic_visit(node)

    def keyword(self, function: str, node: ast.keyword, call: tuple) -> None:
        function = self.table.renamed(function)
        known = self.table.argument(function, node.arg)
        if known:
            line, column = node.lineno, node.col_offset
            end = column + len(node.arg.encode())
            edits = ((line, column, line, end, known.new),) if known.renamed else ()
            edits = edits or keyword_edits(*call, function, node)
            old = f"{node.arg}= of {function}"
            new = f"{known.new}=" if known.renamed else known.new
            code = code_of(f"{function}({node.arg})", known, "!")
            self.add(node, old, new, known.reason, "!", known.last, edits, code=code)

    # Reports

    def report(self, found: tuple | None, node: ast.AST, edits: tuple, line: int):
        if found:
            name, known, sign = found
            code = code_of(name, known, sign)
            name, reason = name.replace("import.", "import "), known.reason
            module = module_apart(known.new) if isinstance(node, ast.Attribute) else ""
            if module and known.renamed:
                reason = f"{reason} (it needs `import {module}`)"
            self.add(node, name, known.new, reason, sign, known.last, edits, line, code)

    def add(
        self, node, old, new, reason, sign="!", last="", edits=(), line=0, code=""
    ) -> None:
        """Note a change at a node; one that is guarded may fail and stays as it is."""
        if id(node) in self.guarded and sign == "!":
            sign, edits = "?", ()
            reason = "this branch looks as if it were for another version"
        line = line or node.lineno
        self.found.append(
            Change(line, old, new, reason, sign, last, tuple(edits), code)
        )


def _in_string(node: ast.Constant) -> Iterator[ast.expr]:
    """The expression that a string of one line holds, at its place in the file."""
    text = node.value
    if node.end_col_offset - node.col_offset != len(text.encode()) + 2:
        return  # three quotes, a prefix, escapes, or more lines
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError:
        return
    for part in ast.walk(expression):
        if hasattr(part, "lineno"):
            part.lineno = part.end_lineno = node.lineno
            part.col_offset += node.col_offset + 1
            part.end_col_offset += node.col_offset + 1
    yield expression
