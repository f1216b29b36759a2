"""Python code in the colours of Material's style sheet, with no more markup than there are colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pygments import highlight
from pygments.filter import Filter
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text, _TokenType

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


class _OneTypePerColour(Filter):
    """Gives tokens that Material paints alike one type, and those in the colour of the text none."""

    def filter(self, lexer: Lexer, stream: Iterable[tuple[_TokenType, str]]) -> Iterator[tuple[_TokenType, str]]:
        for kind, value in stream:
            yield next((painted for known, painted in _COLOURS if kind in known), Text), value


_LEXER = PythonLexer(filters=[_OneTypePerColour()])


def code_html(source: str) -> str:
    """Python as spans for Material's style sheet."""
    return highlight(source, _LEXER, HtmlFormatter(nowrap=True)).rstrip("\n")
