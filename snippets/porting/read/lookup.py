"""What names mean, and texts in which they are replaced by that."""

import ast
import builtins
from typing import Any

from .arithmetic import text_of, whole_text
from .values import Env, External, Instance, Unknown


class _Told(ast.NodeTransformer):
    """Puts what a name depends on in its place: `cfg.depth` for `self.depth`."""

    def __init__(self, trace: Any, env: Env):
        self.trace, self.env = trace, env

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = value_of(self.trace, node, self.env)
        plain = isinstance(value, Unknown) and len(value.text) < 40
        return ast.Name(value.text) if plain else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return self.generic_visit(node)
        owner = value_of(self.trace, inner, self.env)
        value = owner.names.get(node.attr) if isinstance(owner, Instance) else None
        if isinstance(value, Unknown) and isinstance(node.value, ast.Name):
            return ast.Name(value.text) if len(value.text) < 40 else node
        return self.generic_visit(node) if isinstance(owner, Unknown) else node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        return node

    visit_ListComp = visit_GeneratorExp = visit_SetComp = visit_DictComp = visit_Lambda


def told(trace: Any, node: ast.expr, env: Env) -> str:
    """The text of an expression, with what its names depend on."""
    again = ast.parse(f"({whole_text(node)})", mode="eval").body  # faster than a copy
    return text_of(_Told(trace, env).visit(again))


def value_of(trace: Any, node: ast.Name, env: Env) -> Any:
    """The value of a name, from the innermost scope outwards."""
    scope: Env | None = env
    while scope is not None:
        if node.id in scope.names:
            return scope.names[node.id]
        scope = scope.parent
    found = trace.project.global_name(trace, env.file, node.id)
    if found is not None:
        return found[0]
    if hasattr(builtins, node.id):
        return External(f"builtins.{node.id}")
    return Unknown(node.id)
