"""Code that hides warnings, which would then pass the build unseen and meet readers in other code."""

from __future__ import annotations

import ast

from publishing.source import Problem, SourceError, text
from publishing.variants import Variant

_FILTERS = ("simplefilter", "filterwarnings", "catch_warnings")


def silenced(variant: Variant) -> None:
    """See that no cell, and no snippet in one, tells Python to ignore warnings.

    Raises:
      SourceError: with the line of each that does.
    """
    problems = []
    for cell in variant.code:
        for node in ast.walk(ast.parse(text(cell.lines))):
            if isinstance(node, ast.Call) and _name(node.func) in _FILTERS and _ignores(node):
                line = cell.lines[node.lineno - 1]
                message = "hides warnings; mend what warns, or name it, with a reason, in publishing/kernel_config.py."
                problems.append(Problem(line.path, line.number, message))
    if problems:
        raise SourceError(*problems)


def _name(function: ast.expr) -> str | None:
    return getattr(function, "attr", getattr(function, "id", None))


def _ignores(call: ast.Call) -> bool:
    actions = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "action")]
    return any(isinstance(action, ast.Constant) and action.value == "ignore" for action in actions)
