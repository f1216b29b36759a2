"""Python code in the colours of Material's style sheet, with no more markup than there are colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from pygments.filter import Filter
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, Comment, Keyword, Name, Number, Operator, String, Text, _TokenType

_COLOURS = (
    (String.Doc, Comment),
    (Comment, Comment),
    (String, String),
    (Number, Number),
    (Keyword, Keyword),
    (Operator.Word, Keyword),
    (Name.Builtin, Name.Builtin),
    (Name.Decorator, Name.Decorator),
    (Name.Class, Name.Function),
    (Name.Exception, Name.Function),
    (Name.Function, Name.Function),
    (Name.Namespace, Name.Function),
)


class Link(NamedTuple):
    """A piece of code, from one character up to another, and the address that it links to."""

    start: int
    end: int
    url: str


class _OneTypePerColour(Filter):
    """Gives tokens that Material paints alike one type, and those in the colour of the text none."""

    def filter(self, lexer: Lexer, stream: Iterable[tuple[_TokenType, str]]) -> Iterator[tuple[_TokenType, str]]:
        for kind, value in stream:
            yield _painted(kind), value


@cache
def _painted(kind: _TokenType) -> _TokenType:
    return next((painted for known, painted in _COLOURS if kind in known), Text)


@cache  # not at import: most builds show no code that is new
def _lexer() -> Lexer:
    return PythonLexer(filters=[_OneTypePerColour()], stripnl=False)  # links count characters from the first one


def code_html(source: str, links: Iterable[Link] = ()) -> str:
    """Python as spans for Material's style sheet, and the links in it.

    Args:
      source: the code.
      links: pieces of it that link; none within another.
    """
    begins = {link.start: f'<a href="{escape(link.url)}">' for link in links}
    ends = {link.end: "</a>" for link in links}
    cuts = sorted(begins.keys() | ends.keys())
    html, place = "", 0
    for kind, tokens in groupby(_lexer().get_tokens(source), itemgetter(0)):
        run = "".join(value for _, value in tokens)
        within = [cut - place for cut in cuts if place < cut < place + len(run)]
        for first, last in pairwise([0, *within, len(run)]):
            html += ends.get(place + first, "") + begins.get(place + first, "") + _span(kind, run[first:last])
        place += len(run)
    return html.rstrip("\n")


def _span(kind: _TokenType, code: str) -> str:
    shown = escape(code, quote=False)
    return f'<span class="{STANDARD_TYPES[kind]}">{shown}</span>' if STANDARD_TYPES[kind] else shown
