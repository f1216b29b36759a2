"""The Markdown of a cell: the links in it, and the `{{ expressions }}` whose values it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from publishing.read.problem import Line, join

# Code in Markdown: a fenced block, or a span within a paragraph. What is in it means nothing here.
CODE = (
    r"^ *(?P<fence>```+|~~~+)[^`\n]*\n.*?^ *(?P=fence)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)"
)
_MATH = r"\$\$.+?\$\$|(?<![\\$])\$(?![\s$])(?:[^$\n]|\n(?!\s*\n))*[^$\s\\]\$(?!\d)"
_LINK = rf"(?P<code>{CODE})|(?P<before>\]\(|\b(?:href|src)=[\"']|^ *\[[^\]\n]+\]: +)(?P<target>[^)\s\"']+)"
_EXPRESSION = rf"(?P<kept>{CODE}|{_MATH})|\{{\{{(?P<expression>[^\n]+?)\}}\}}"
_MULTILINE = re.MULTILINE | re.DOTALL


def rewrite_links(markdown: str, link: Callable[[str], str]) -> str:
    """Markdown with the target of each link and image passed through a function."""
    return re.sub(_LINK, lambda m: m["code"] or m["before"] + link(m["target"]), markdown, flags=_MULTILINE)


def expressions(lines: Iterable[Line]) -> list[tuple[Line, str]]:
    """The expressions of a Markdown cell as f-strings, each with its line."""
    lines = tuple(lines)
    markdown = join(lines)
    return [
        (lines[markdown.count("\n", 0, match.start())], _f_string(match["expression"]))
        for match in re.finditer(_EXPRESSION, markdown, _MULTILINE)
        if match["expression"]
    ]


def with_values(markdown: str, values: Iterable[str]) -> str:
    """Markdown with the values in the places of its expressions, as text that means nothing in Markdown or HTML."""
    following = iter(values)

    def put(match: re.Match) -> str:
        return match["kept"] or re.sub(r"([\\`*_$|<&])", r"\\\1", next(following))

    return re.sub(_EXPRESSION, put, markdown, flags=_MULTILINE)


def _f_string(expression: str) -> str:
    return f'f"""{{ {expression.strip()}}}"""'
