"""The global names that a statement binds and uses."""

from __future__ import annotations

import ast
import symtable
from functools import cache


class _Comprehensions(ast.NodeTransformer):
    """Makes comprehensions generators, whose variables Python keeps out of the scope around them in its tables too."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators))


def scopes(node: ast.stmt) -> symtable.SymbolTable:
    """The table of names of a top-level statement."""
    return _scopes(ast.unparse(node))


@cache  # a statement is met in each variant of its tutorial, and a snippet in each of its tutorials
def _scopes(source: str) -> symtable.SymbolTable:
    plain = _Comprehensions().visit(ast.parse(source))
    return symtable.symtable(ast.unparse(ast.fix_missing_locations(plain)), "<statement>", "exec")


def bound_names(table: symtable.SymbolTable) -> set[str]:
    """The global names that a piece of code binds; what a function declares global counts as bound."""
    top = table.get_type() == symtable.SymbolTableType.MODULE
    names = {
        s.get_name()
        for s in table.get_symbols()
        if s.is_declared_global() or (top and (s.is_assigned() or s.is_imported()))
    }
    return names.union(*map(bound_names, table.get_children()))


def used_names(table: symtable.SymbolTable) -> set[str]:
    """The global names that a piece of code reads, in its body, decorators, bases, defaults and annotations."""
    top = table.get_type() == symtable.SymbolTableType.MODULE
    names = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
    return names.union(*map(used_names, table.get_children()))
