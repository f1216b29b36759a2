"""LaTeX between dollars becomes MathML, so that a page needs no script; notebooks keep the dollars."""

from __future__ import annotations

import re

from math_core import LatexError, LatexToMathML

from publishing.links import CODE
from publishing.source import Line, Problem, SourceError

_CODE_OR_MATH = re.compile(
    rf"(?P<code>{CODE})"
    r"|\$\$(?P<block>.+?)\$\$"
    r"|(?<![\\$])\$(?![\s$])(?P<inline>(?:[^$\n]|\n(?!\s*\n))*[^$\s\\])\$(?!\d)"
    r"|(?P<stray>\$\$+|(?<![\\$\w])\$(?=[A-Za-z\\]))",
    re.MULTILINE | re.DOTALL,
)
_MARKDOWN = {ord(char): f"&#{ord(char)};" for char in "*_[]`~^|\\$!"}
# A fence of a given size that has a script, as in `\big)^2`: Chromium gives it the size within a row only.
_SIZED_BASE = re.compile(r"(<m(?:sup|sub|subsup)>)(<mo [^>]*minsize[^>]*>[^<]*</mo>)")
# What is LaTeX, but drops in silence what the author meant to show.
_SILENT = (
    (re.compile(r"^(?!\s*\S)"), "It is empty"),
    (re.compile(r"(?<!\\)%"), r"A `%` begins a comment; write `\%`"),
    (
        re.compile(r"^(?!.*\\begin).*\\\\", re.DOTALL),
        r"A `\\` breaks a line only within an environment, as aligned",
    ),
)
# From so many signs on a formula may be wider than a phone; it scrolls, and a keyboard must reach what scrolls.
_PHONE = 24
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
        kind = next(kind for kind in ("block", "inline", "stray") if match[kind])
        try:
            if kind == "stray":
                raise LatexError(r"0: It is empty, or has no end in its paragraph; a dollar itself is `\$`")
            mathml = _mathml(match[kind], block=kind == "block")
        except LatexError as error:
            offset, _, why = str(error).partition(": ")
            line = lines[markdown.count("\n", 0, match.start(kind) + int(offset))]
            message = f"this mathematics cannot be read: {why.rstrip('.')}."
            raise SourceError(Problem(line.path, line.number, message)) from None
        return re.sub(r">[^<]+<", lambda text: text[0].translate(_MARKDOWN), mathml)

    return _CODE_OR_MATH.sub(convert, markdown)


def _mathml(latex: str, *, block: bool) -> str:
    """LaTeX as MathML on one line; an error begins with the offset of its place, as the converter's own do."""
    for pattern, why in _SILENT:
        if found := pattern.search(latex):
            raise LatexError(f"{found.end()}: {why}")
    mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=block)
    mathml = _SIZED_BASE.sub(r"\1<mrow>\2</mrow>", mathml.replace("\n", " "))
    if block and len(re.sub(r"<[^>]*>|\s", "", mathml)) > _PHONE:
        mathml = mathml.replace("<math ", '<math tabindex="0" ', 1)
    return mathml
