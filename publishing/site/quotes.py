"""The quotation marks and apostrophes of a finished page, as English prints them: in its prose, and nowhere else."""

import re
from collections.abc import Iterator

_PIECE = re.compile(
    r"""(?P<comment><!--.*?-->)|<(?P<end>/?)(?P<name>[a-z][\w-]*)(?P<rest>(?:"[^"]*"|'[^']*'|[^>"'])*)>"""
    r"|(?P<text>[^<]+|<)",
    re.DOTALL | re.IGNORECASE,
)
_STRAIGHT = re.compile("[\"']|&quot;|&#(?:34|39|x22|x27);")
_DOUBLE = ('"', "&quot;", "&#34;", "&#x22;")
_VERBATIM = {
    "code",
    "head",
    "kbd",
    "math",
    "noscript",
    "pre",
    "samp",
    "script",
    "style",
    "svg",
    "textarea",
}
_OUTPUT = re.compile(r"\bclass=(?:[\"'][^\"']*\boutput\b|output\b)")  # what a cell gave is no prose
_WITHIN_TEXT = re.compile("a|abbr|b|cite|del|dfn|em|i|ins|mark|small|span|strong|sub|sup")
_BEFORE_OPENING = " \n\t\u00a0([{\u2013\u2014\u201c\u2018"


def curled(page: str) -> str:
    """The HTML of a page in which each straight mark of its prose opens or closes, as the sign before it demands."""
    return "".join(_pieces(page))


def _pieces(page: str) -> Iterator[str]:
    before = verbatim = (
        ""  # the sign before, none where a block begins; the element that stays as it is
    )
    depth = 0
    for piece in _PIECE.finditer(page):
        name = (piece["name"] or "").lower()
        if name in ("math", "svg") and piece["rest"].endswith(
            "/"
        ):  # which end themselves, unlike elements of HTML
            before = before and "x"
        elif verbatim:
            depth += (name == verbatim) * (-1 if piece["end"] else 1)
            verbatim, before = (verbatim, before) if depth else ("", "x")
        elif name and not piece["end"] and (name in _VERBATIM or _OUTPUT.search(piece["rest"])):
            verbatim, depth = name, 1
        elif name:
            before = before if _WITHIN_TEXT.fullmatch(name) else ""
        elif piece["text"]:
            text = _curled(piece["text"], before)
            before = text[-1]
            yield text
            continue
        yield piece[0]


def _curled(text: str, before: str) -> str:
    """A text in which each straight mark opens or closes; `before` is the sign before the text, if any."""
    curled, end = before, 0
    for mark in _STRAIGHT.finditer(text):
        curled += text[end : mark.start()]
        marks = "\u201c\u201d" if mark[0] in _DOUBLE else "\u2018\u2019"
        opens = not curled or (
            curled[-1] in _BEFORE_OPENING and curled[-1] != marks[0]
        )  # between two there is nothing
        curled += marks[0] if opens else marks[1]
        end = mark.end()
    return (curled + text[end:])[len(before) :]
