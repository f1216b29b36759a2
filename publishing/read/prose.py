"""The Markdown of a cell: the links in it, and the `{{ expressions }}` whose values it shows."""

import ast
import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publishing.read.diagnostic import (
    JOINERS,
    Line,
    first_with,
    join,
    syntax_error,
    unseen_sign,
)
from publishing.read.markup import PROSE, clean

# It gives the lines of blocks, and no places within a line: that is read below.
_MARKDOWN = MarkdownIt("commonmark").disable(["inline", "text_join"])
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
_MATH = r"\$\$.+?\$\$|(?<![\\$])\$(?![\s$])(?:\\.|[^$\\\n]|\n(?!\s*\n))+(?<!\s)\$(?!\d)"
_NOT_HEADING = re.compile(
    r"\[([^\]]*)\]\([^)]*\)|\s*\{[^{}]*\}\s*$"
)  # of a link only its text, no attributes
_LINK = re.compile(  # or an expression, as `{{ f[0](x) }}`, which is none
    r"(?m)\{\{[^\n]*?\}\}"
    r"|(?P<before>\]\(|\b(?:href|src)=[\"']|^ *\[(?!\^)[^\]\n]+\]: +)(?P<target>[^)\s\"']+)"
)
_NO_HTML = re.compile(
    rf"(?s){_MATH}|\{{\{{[^\n]*?\}}\}}|<[a-z][a-z\d+.-]*:[^\s<>]*>|<[^\s<>@]+@[^\s<>]+>"
    r"|\[\^[^\]\n]+\]:"  # of a footnote, whose text may begin with a word and a colon
)
_SCHEME = re.compile(r"(?:\]\(|\]:)\s*<?([a-zA-Z][\w+.-]*:[^\s)>']*)")
_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?((?:https?:)?//[^)\s>']*)")
# An opening sign that is not closed before the next; so many of them, and so long a paragraph, no
# page needs.
_OPEN = re.compile(r"[\[({](?![^\[\](){}]*+[\])}])|<(?=[a-zA-Z!?/])(?![^<>]*+>)")
_OPENED, _PARAGRAPH = 1000, 10_000
_OPENING = re.compile(rf"(?P<kept>{_MATH})|\{{\{{", re.DOTALL)
# A list to choose from: each item begins with an expression that says whether it is right.
_BEFORE_CHOICE = re.compile(r"(?m)^- \[(True|False|…|\{\{.*?\}\})\] ")
_CHOICES = re.compile(rf"(?m)(?:{_BEFORE_CHOICE.pattern[4:]}.*(?:\n|\Z)(?:^  .*(?:\n|\Z))*)+")
# What Markdown or HTML may read as a mark, anywhere, or where a line begins.
_MARK = re.compile(r"[\\`*_~^$|<>&#\[\]{}\"']")
_BLOCK = re.compile(r"(\d+[.)]|[-+=:]+)(\s|$)")


@lru_cache(maxsize=4096)  # a build asks several times for each cell
def blocks(markdown: str) -> list[Token]:
    """The blocks of Markdown; the text of one is a token of its own, which is not read further."""
    return _MARKDOWN.parse(markdown)


def fenced(markdown: str) -> set[int]:
    """The lines of Markdown that are of a fence, counted from 0."""
    return {
        number
        for block in blocks(markdown)
        if block.type == "fence"
        for number in range(*block.map)
    }


def without_fences(markdown: str) -> str:
    """Markdown without the lines of fences."""
    fences = fenced(markdown)
    return "\n".join(
        line for number, line in enumerate(markdown.split("\n")) if number not in fences
    )


def _with_blank_fences(markdown: str) -> str:
    fences = fenced(markdown)
    return "\n".join(
        " " * len(line) if number in fences else line
        for number, line in enumerate(markdown.split("\n"))
    )


@lru_cache(maxsize=4096)
def without_code(markdown: str) -> str:
    """Markdown with blanks in the place of code, in which nothing means anything."""
    blank = _with_blank_fences(markdown)
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), blank)


def replace_outside_code(
    pattern: re.Pattern, replacement: Callable[[re.Match], str], markdown: str
) -> str:
    """Markdown with something else for each match of a pattern, but for code."""
    parts, position = [], 0
    for match in pattern.finditer(without_code(markdown)):
        parts += [markdown[position : match.start()], replacement(match)]
        position = match.end()
    return "".join([*parts, markdown[position:]])


def rewrite_links(
    markdown: str, link: Callable[[str], str], in_html: Callable[[str], str] | None = None
) -> str:
    """Markdown with new targets of links and images; those in HTML may have their own."""

    def new(found: re.Match) -> str:
        if not found["target"]:
            return found[0]
        of_html = found["before"].startswith(("href", "src"))
        return found["before"] + (in_html if of_html and in_html else link)(found["target"])

    return replace_outside_code(_LINK, new, markdown)


def headings(markdown: str) -> list[str]:
    """The headings of Markdown without attributes, of a link in one only its text."""
    texts = blocks(markdown)
    found = (
        texts[place + 1].content
        for place, block in enumerate(texts)
        if block.type == "heading_open"
    )
    return [_NOT_HEADING.sub(r"\1", heading).strip() for heading in found]


def excess(markdown: str) -> str:
    """What of a text would take Markdown minutes, as the end of a sentence; or empty.

    Its time grows with the square of a paragraph, and with the cube of brackets without an end.
    """
    longest = max(map(len, re.split(r"\n\s*\n", without_fences(markdown))))
    if longest > _PARAGRAPH:
        way = "divide it by blank lines, and keep pictures in files"
        return f"has a paragraph of {longest:,} characters, and {_PARAGRAPH:,} is the limit; {way}."
    if (opened := len(_OPEN.findall(markdown))) > _OPENED:
        return f"opens {opened:,} brackets and tags before the last is closed; close them."
    return ""


def prose_diagnostics(lines: tuple[Line, ...]) -> Iterator[tuple[int, str]]:
    """What of a Markdown cell no page can have, by line: signs that are not seen, HTML."""
    for line, text in zip(lines, without_code(join(lines)).split("\n"), strict=False):
        if sign := unseen_sign(html.unescape(text), JOINERS):
            yield line.number, f"the text has {sign}; remove it."
    blank = _with_blank_fences(join(lines))
    for span in _CODE.finditer(blank):
        if re.search(r"\{\{.*\}\}", span[0]):
            way = "for a value write `<code>{{ ... }}</code>`, for the braces a fence"
            number = lines[blank.count("\n", 0, span.start())].number
            yield number, f"a code span shows `{{{{ ... }}}}` as it is; {way}."
    markup = _NO_HTML.sub(lambda found: "\n" * found[0].count("\n"), without_code(join(lines)))
    markup = _SCHEME.sub(r"<a href='\1'></a>", _PICTURE.sub(r"<img src='\1'>", markup))
    for defect in clean(markup, PROSE)[1]:
        place = first_with([line.text for line in lines], defect.texts) or 1
        yield lines[place - 1].number, f"the text {defect.message}"


def expressions(lines: tuple[Line, ...]) -> list[tuple[Line, str]]:
    """The expressions of a Markdown cell as f-strings; empty where `{{` begins none."""
    markdown = join(lines)
    return [
        (lines[markdown.count("\n", 0, start)], source)
        for start, _, source in _expressions(markdown)
    ]


def is_choice(line: Line) -> bool:
    """Whether a line begins something to choose: `- [{{ what says whether it is right }}] text`."""
    return line.text.startswith("- [{{")


def replace_choices(replacement: Callable[[list[str], str], str], markdown: str) -> str:
    """Markdown with something else for each list to choose from.

    The replacement gets what says of each choice whether it is right, the expression or its value
    (`…` on a page that has not run), and the list without these.
    """

    def new(found: re.Match) -> str:
        return replacement(_BEFORE_CHOICE.findall(found[0]), _BEFORE_CHOICE.sub("- ", found[0]))

    return _CHOICES.sub(new, markdown)


def with_values(markdown: str, values: Iterator[str]) -> str:
    """Markdown with values in the places of its expressions, as text without marks."""
    parts, position = [], 0
    for start, end, _ in _expressions(markdown):
        text = _MARK.sub(lambda mark: f"&#{ord(mark[0])};", " ".join(next(values).split()))
        # MathJax, which looks for dollars in a finished page, stops at an element.
        text = text.replace("&#36;", "<span>&#36;</span>")
        if (
            text
            and not markdown[:start].rpartition("\n")[2].strip(" >*+-")
            and _BLOCK.match(text + markdown[end:])
        ):
            text = f"&#{ord(text[0])};{text[1:]}"
        parts += [markdown[position:start], text]
        position = end
    return "".join([*parts, markdown[position:]])


def _expressions(markdown: str) -> Iterator[tuple[int, int, str]]:
    """The start, end and f-string of each; it ends at the first `}}` that makes it whole."""
    position, prose = 0, without_code(markdown)
    while match := _OPENING.search(prose, position):
        position = match.end()
        if match["kept"] is None:
            rest = markdown[position:].partition("\n")[0]
            sources = [
                (end.end(1), _f_string(rest[: end.start()]))
                for end in re.finditer(r"(?=(\}\}))", rest)
            ]
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
