"""Python as HTML in the colours of Material's style sheet, the first use of each documented name on a page a link."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, Comment, Keyword, Name, Number, Operator, String, Text

from publishing.assemble.snippets import Statement, bindings
from publishing.assemble.variants import Variant
from publishing.read.problem import Line, join

# Tokens by the colours that Material gives them; what is not here has the colour of the text, and needs no span.
_COLOURS = {
    String.Doc: Comment,
    Comment: Comment,
    String: String,
    Number: Number,
    Keyword: Keyword,
    Operator.Word: Keyword,
    Name.Builtin: Name.Builtin,
    Name.Decorator: Name.Decorator,
    Name.Class: Name.Function,
    Name.Exception: Name.Function,
    Name.Function: Name.Function,
    Name.Namespace: Name.Function,
}
_LINKING = (Name, Name.Function, Name.Class, Name.Decorator, Name.Builtin)
_LEXER = PythonLexer(stripnl=False)  # links count characters from the first one
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Link(NamedTuple):
    """A piece of code, from one character up to another, the full name that it means, and the address of that."""

    start: int
    end: int
    name: str
    url: str


def docs_url(name: str, documentation: Mapping[str, str]) -> str:
    """The address of the documentation of a full name, as in `numpy.linalg.norm`; empty if there is none.

    Args:
      name: the name, with its module.
      documentation: addresses of names, and of modules with `{}` for the full name.
    """
    module, _, last = name.rpartition(".")
    if name in documentation:
        return "" if "{}" in documentation[name] else documentation[name]
    return "" if last.startswith("_") else documentation.get(module, "").format(name)


class Names:
    """What the names in the code of one page mean, and which of them link already: more links would be noise.

    Args:
      variant: the tutorial. A name means what its import statements say, wherever in it they stand: the inliner has
        seen to it that no cell gives it another meaning.
      documentation: as `docs_url` takes it.
      snippets: the folder of snippets.
      reference: the address of the page that documents the snippets, or nothing where there is none.
    """

    def __init__(self, variant: Variant, documentation: Mapping[str, str], snippets: Path, reference: str) -> None:
        self._documentation, self._snippets = documentation, snippets
        self._meaning: dict[str, str] = {}
        self._pasted: dict[str, str] = {}
        self._linked: set[str] = set()
        for cell in variant.code:
            for node in ast.parse(join(cell.lines)).body:
                if isinstance(node, Statement):
                    for name, it in bindings(node):
                        self._meaning[name] = ".".join(filter(None, (it.module, it.name)))
                elif isinstance(node, _Definition) and self._is_pasted(node, cell.lines) and reference:
                    path = cell.lines[node.lineno - 1].path.relative_to(snippets).with_suffix("")
                    full = ".".join((snippets.name, *path.parts, node.name))
                    self._meaning[node.name] = full
                    self._pasted[full] = f"{reference}#{full}"
        words = "|".join(map(re.escape, self._meaning)) or "(?!)"
        self._pattern = re.compile(rf"(?<![\w.])(?:{words})\b(?:\.\w+)*(?!\s*=[^=])")  # not the name of an argument

    def links(self, lines: tuple[Line, ...], *, folded: bool = False) -> list[Link]:
        """The links of the next piece of code on the page, in order.

        Args:
          lines: the code.
          folded: whether readers may not see it, so that a name still links where it next occurs.
        """
        code = join(lines)
        tokens = {start: kind for start, kind, _ in _LEXER.get_tokens_unprocessed(code)}
        definitions = [node for node in ast.parse(code).body if isinstance(node, _Definition)]
        # What a learner is to write does not link to the solution.
        own = {node.name for node in definitions if not self._is_pasted(node, lines)}
        links: dict[str, Link] = {}
        for match in self._pattern.finditer(code):
            first, *rest = match[0].split(".")
            if tokens.get(match.start()) not in _LINKING or first in own:
                continue
            for count in range(len(rest), -1, -1):
                name = ".".join((self._meaning[first], *rest[:count]))
                if url := self._pasted.get(name) or docs_url(name, self._documentation):
                    end = match.start() + len(".".join((first, *rest[:count])))
                    if url not in self._linked:
                        links.setdefault(url, Link(match.start(), end, name, url))
                    break
        if not folded:
            self._linked |= links.keys()
        return list(links.values())

    def _is_pasted(self, node: _Definition, lines: tuple[Line, ...]) -> bool:
        path = lines[node.lineno - 1].path
        return path.is_relative_to(self._snippets) and not node.name.startswith("_")


def code_html(source: str, links: Iterable[Link] = ()) -> str:
    """Python as spans for Material's style sheet, one for each run of tokens of one colour, and the links in it."""
    links = list(links)
    begins = {link.start: f'<a href="{escape(link.url)}">' for link in links}
    ends = {link.end: "</a>" for link in links}
    pieces: list[tuple[str, str]] = []  # the class of a colour and code in it; a link ends one
    for start, kind, value in _LEXER.get_tokens_unprocessed(source):
        colour, mark = _css_class(kind), ends.get(start, "") + begins.get(start, "")
        if pieces and not mark and pieces[-1][0] == colour:
            pieces[-1] = (colour, pieces[-1][1] + escape(value, quote=False))
        else:
            pieces += [("", mark), (colour, escape(value, quote=False))] if mark else [(colour, escape(value, quote=False))]
    html = "".join(f'<span class="{colour}">{code}</span>' if colour else code for colour, code in pieces)
    return html.rstrip("\n") + ends.get(len(source), "")


@cache
def _css_class(kind: Any) -> str:
    return STANDARD_TYPES[next((colour for known, colour in _COLOURS.items() if kind in known), Text)]
