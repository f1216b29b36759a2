"""The Markdown of a cell: the links in it, and the `{{ expressions }}` whose values it shows."""

import ast
import re
from collections.abc import Callable, Iterator

from publishing.read.markup import html_problem
from publishing.read.problem import Line, join, syntax_error

# Code in Markdown: a fenced block, or a span within a paragraph. What is in it means nothing here.
CODE = (
    r"^ *(?P<fence>```+|~~~+)[^`\n]*\n.*?^ *(?P=fence)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)"
)
_MATH = r"\$\$.+?\$\$|(?<![\\$])\$(?![\s$])(?:\\.|[^$\\\n]|\n(?!\s*\n))+(?<!\s)\$(?!\d)"
_HEADING = re.compile(rf"{CODE}|^#+ (?P<heading>[^\n]*)", re.MULTILINE | re.DOTALL)
_NOT_HEADING = re.compile(r"\[([^\]]*)\]\([^)]*\)|\s*\{[^{}]*\}\s*$")  # of a link only its text, no attributes
_LINK = rf"(?ms)(?P<code>{CODE})|(?P<before>\]\(|\b(?:href|src)=[\"']|^ *\[[^\]\n]+\]: +)(?P<target>[^)\s\"']+)"
_NO_HTML = re.compile(rf"(?ms){CODE}|{_MATH}|\{{\{{.*?\}}\}}|<[a-z][a-z\d+.-]*:[^\s<>]*>|<[^\s<>@]+@[^\s<>]+>")
_SCHEME = re.compile(r"(?:\]\(|\]:)\s*<?([a-zA-Z][\w+.-]*:[^\s)>']*)")
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?((?:https?:)?//[^)\s>']*)")
_OPENING = re.compile(rf"(?P<kept>{CODE}|{_MATH})|\{{\{{", re.MULTILINE | re.DOTALL)
# What Markdown or HTML may read as a mark, anywhere, or where a line begins.
_MARK = re.compile(r"[\\`*_~^$|<>&#\[\]{}\"']")
_BLOCK = re.compile(r"(\d+[.)]|[-+=:]+)(\s|$)")


def rewrite_links(markdown: str, link: Callable[[str], str], in_html: Callable[[str], str] | None = None) -> str:
    """Markdown with the target of each link and image passed through a function, of those in HTML through another."""

    def new(match: re.Match) -> str:
        html = match["before"].startswith(("href", "src"))
        return match["before"] + (in_html if html and in_html else link)(match["target"])

    return re.sub(_LINK, lambda match: match["code"] or new(match), markdown)


def headings(markdown: str) -> list[str]:
    """The headings of Markdown without attributes, of a link in one only its text."""
    found = [match["heading"] for match in _HEADING.finditer(markdown)]
    return [_NOT_HEADING.sub(r"\1", heading).strip() for heading in found if heading]


def prose_problem(lines: tuple[Line, ...]) -> tuple[int, str] | None:
    """What is wrong with the HTML in a Markdown cell, and the line; what only the page shows is found there."""
    html = _NO_HTML.sub(lambda code: "\n" * code[0].count("\n"), join(lines))
    html = _SCHEME.sub(r"<a href='\1'></a>", _PICTURE.sub(r"<img src='\1'>", html))
    if found := html_problem(html, prose=True):
        return lines[min(found.line, len(lines)) - 1].number, f"the text {found.message}"
    return None


def expressions(lines: tuple[Line, ...]) -> list[tuple[Line, str]]:
    """The expressions of a Markdown cell as f-strings, each with its line; empty where `{{` begins none."""
    markdown = join(lines)
    return [(lines[markdown.count("\n", 0, start)], source) for start, _, source in _expressions(markdown)]


def with_values(markdown: str, values: Iterator[str]) -> str:
    """Markdown with the next values in the places of its expressions, as text without marks of Markdown or HTML."""
    parts, position = [], 0
    for start, end, _ in _expressions(markdown):
        text = _MARK.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(next(values).split()))
        # MathJax, which looks for dollars in a finished page, stops at an element.
        text = text.replace("&#36;", "<span>&#36;</span>")
        if text and not markdown[:start].rpartition("\n")[2].strip(" >*+-") and _BLOCK.match(text + markdown[end:]):
            text = f"&#{ord(text[0])};{text[1:]}"
        parts += [markdown[position:start], text]
        position = end
    return "".join([*parts, markdown[position:]])


def _expressions(markdown: str) -> Iterator[tuple[int, int, str]]:
    """The start, the end and the f-string of each expression; it ends at the first `}}` that makes it whole."""
    position = 0
    while match := _OPENING.search(markdown, position):
        position = match.end()
        if match["kept"] is None:
            rest = markdown[position:].partition("\n")[0]
            sources = [(end.end(1), _f_string(rest[: end.start()])) for end in re.finditer(r"(?=(\}\}))", rest)]
            length, source = next((found for found in sources if found[1]), (len(rest), ""))
            position += length
            yield match.start(), position, source


def _f_string(text: str) -> str:
    """The f-string of an expression with its format; empty if the text is anything else."""
    source = f'f"""{{ {text.strip()}}}"""'
    if syntax_error(source):
        return ""
    value = ast.parse(source, mode="eval").body
    fields = value.values if isinstance(value, ast.JoinedStr) else []
    binds = any(isinstance(part, ast.NamedExpr) for part in ast.walk(value))
    return source if [type(field) for field in fields] == [ast.FormattedValue] and not binds else ""
