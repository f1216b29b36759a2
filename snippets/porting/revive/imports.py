"""Edits of import statements."""

import ast

from .edits import end_of, is_builtin
from .records import Import, Use
from .scopes import names_imported


def import_edits(
    node: ast.stmt, renames: dict, vain: set, finder: ast.NodeVisitor
) -> tuple:
    """The edits of an import statement: the new imports before it, old names out."""
    if not renames and not vain:
        return ()
    statements = _statements(node, renames, finder)
    kept = [alias for alias in node.names if alias not in {*renames, *vain}]
    start, end = (node.lineno, node.col_offset), end_of(node)
    if not kept:
        in_place = () if vain else _renamed_in_place(node, renames)
        text = "\n".join(statements) or nothing(finder.tree, node)
        return in_place or ((*start, *end, text),)
    lines = "".join(f"{one}\n" for one in statements)
    edits = [(*start, *start, lines)] if lines else []
    last = max(index for index, alias in enumerate(node.names) if alias in kept)
    for alias, later in zip(node.names[:last], node.names[1:], strict=False):
        if alias not in kept:
            span = (alias.lineno, alias.col_offset, later.lineno, later.col_offset)
            edits.append((*span, ""))
    if node.names[-1] not in kept:
        edits.append((*end_of(node.names[last]), *end_of(node.names[-1]), ""))
    return tuple(edits)


def nothing(tree: ast.Module, node: ast.stmt) -> str:
    """What a statement that is taken out leaves: nothing, or `pass` if one must be."""
    blocks = (
        block
        for parent in ast.walk(tree)
        for _, block in ast.iter_fields(parent)
        if isinstance(block, list) and node in block
    )
    block = next(blocks)
    lines = (node.lineno, node.end_lineno)
    others = [one for one in block if one is not node]
    beside = any(one.lineno in lines or one.end_lineno in lines for one in others)
    return "pass" if beside or (not others and block is not tree.body) else ""


def vain_imports(finder: ast.NodeVisitor, one: Import) -> dict[ast.alias, str]:
    """Imports that fail and whose uses are all rewritten, with what to import now."""
    vain = {}
    for alias, full in one.names.items():
        found = finder.table.name(full)
        dotted, bound = _bound_by(one, alias)
        below = any(use.full != full for use in finder.uses if use.root == bound)
        stays = alias in one.renames and (dotted or below)
        if stays or not found or found[2] != "!":
            continue
        if not _is_rewritten(finder.uses, bound, full if dotted else ""):
            continue
        earlier = any(
            name == bound
            for node in finder.tree.body
            if isinstance(node, ast.Import) and node.lineno < one.node.lineno
            for name, _ in names_imported(node)
        )
        vain[alias] = bound if dotted and not earlier else ""
    return vain


def _bound_by(one: Import, alias: ast.alias) -> tuple[bool, str]:
    """Whether an import binds the root of a dotted name; and the name that it binds."""
    dotted = isinstance(one.node, ast.Import) and not alias.asname
    root = alias.name.partition(".")[0]
    return dotted, alias.asname or (root if dotted else alias.name)


def is_used_privately(uses: list[Use], one: Import, alias: ast.alias) -> bool:
    """Whether a file uses private names of a module that is part of another now."""
    full, (_, bound) = one.names[alias], _bound_by(one, alias)
    moved = full.rpartition(".")[2] == one.renames[alias].rpartition(".")[2]
    below = [use for use in uses if use.full.startswith(f"{full}._")]
    return not moved and any(use.root == bound for use in below)


def _is_rewritten(uses: list[Use], root: str, below: str) -> bool:
    """Whether a name is used, if need be only below a module, and never stays."""
    mine = [
        use.rewritten
        for use in uses
        if use.root == root and (not below or f"{use.full}.".startswith(f"{below}."))
    ]
    return bool(mine) and all(mine)


def _statements(node: ast.stmt, renames: dict, finder: ast.NodeVisitor) -> list[str]:
    """The import statements that bring renamed names under the names in use."""
    lines: dict[str, list[str]] = {}
    for alias, new in renames.items():
        parent, _, last = new.rpartition(".")
        bound = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else "")
        shown = f"{last} as {bound}" if bound and bound != last else last
        if is_builtin(new):
            lines |= {f"{bound} = {new}": []} if bound not in ("", new) else {}
        elif not bound:  # `import a.b.c` binds a
            root = alias.name.partition(".")[0]
            others = finder.scopes[0][1].get(root, [])
            if root != new.partition(".")[0] and len(others) < 2:
                lines[f"import {root}"] = []
            is_module = f"import.{new}" not in finder.table.known
            lines[f"import {new if is_module else root}"] = []
        else:
            start = f"from {parent} import " if parent else "import "
            lines.setdefault(start, []).append(shown)
    return [start + ", ".join(names) for start, names in lines.items()]


def _renamed_in_place(node: ast.stmt, renames: dict) -> tuple:
    """The edits if all names of a `from` import go to one module: layout stays."""
    parents = {new.rpartition(".")[0] for new in renames.values()}
    if not isinstance(node, ast.ImportFrom) or len(parents) > 1 or "" in parents:
        return ()
    start = node.col_offset + len("from ")
    end = start + len(node.module.encode())
    edits = [(node.lineno, start, node.lineno, end, parents.pop())]
    for alias, new in renames.items():
        last, bound = new.rpartition(".")[2], alias.asname or alias.name
        text = last if last == bound else f"{last} as {bound}"
        if alias.name != last:
            edits.append((alias.lineno, alias.col_offset, *end_of(alias), text))
    return tuple(edits)
