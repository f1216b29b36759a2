"""LaTeX between dollars becomes MathML, so that a page needs no script; notebooks keep the dollars."""

from __future__ import annotations

import re

from math_core import LatexError, LatexToMathML

from publishing.links import CODE
from publishing.source import Line, Problem, SourceError

_CODE_OR_MATH = re.compile(
    rf"(?P<code>{CODE})"
    r"|\$\$(?P<block>.+?)\$\$"
    r"|(?<![\\$])\$(?![\s$])(?P<inline>(?:[^$\n]|\n(?!\s*\n))*[^$\s\\])\$(?!\d)",
    re.MULTILINE | re.DOTALL,
)
_MARKDOWN = {ord(char): f"&#{ord(char)};" for char in "*_[]`~^|\\$!"}
_CONVERTER = LatexToMathML(fancy_error=False)


def with_mathml(markdown: str, lines: tuple[Line, ...]) -> str:
    """Markdown with its mathematics as MathML; code stays as it is.

    Args:
      markdown: the text of a Markdown cell.
      lines: where it was written.

    Raises:
      SourceError: for LaTeX that cannot be read.
    """

    def convert(match: re.Match) -> str:
        if match["code"]:
            return match["code"]
        latex = match["block"] or match["inline"]
        try:
            mathml = _CONVERTER.convert_with_local_state(latex.strip(), displaystyle=bool(match["block"]))
        except LatexError as error:
            line = lines[markdown.count("\n", 0, match.start())]
            raise SourceError(Problem(line.path, line.number, f"this mathematics cannot be read: {error}.")) from None
        return re.sub(r">[^<]+<", lambda text: text[0].translate(_MARKDOWN), mathml.replace("\n", " "))

    return _CODE_OR_MATH.sub(convert, markdown)
