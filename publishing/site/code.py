"""Python as HTML in the colours of Material's style sheet, the first use of each documented name on a page a link."""

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text

from publishing.assemble.snippets import meanings
from publishing.assemble.variants import Variant
from publishing.read.diagnostic import Line, join, syntax_error

# Tokens by the classes that Material colours; what is not here has the colour of the text, and needs no span.
_COLOURS = {
    "c": (String.Doc, Comment),
    "s": (String,),
    "m": (Number,),
    "k": (Keyword, Operator.Word),
    "nb": (Name.Builtin,),
    "nd": (Name.Decorator,),
    "nf": (Name.Class, Name.Exception, Name.Function, Name.Namespace),
}
# Signs of a line that a phone may break. The style sheet indents what follows by six, and deeper for the spans here.
_LONG_LINE, _DEEP = 30, 5
# A line that begins with a longer piece without a space than this, its indentation included, would leave that alone.
_BEGINNING, _LONG_BEGINNING = re.compile(r"^ +(\S+)", re.MULTILINE), 26
_LINKING = (Name, Name.Function, Name.Class, Name.Decorator, Name.Builtin)
_LEXER = PythonLexer(stripnl=False)  # links count characters from the first one
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Link(NamedTuple):
    """A piece of code, from one character up to another, the address of what it names, and the full name."""

    start: int
    end: int
    url: str
    name: str = ""


def docs_url(name: str, documentation: Mapping[str, str]) -> str:
    """The address of the documentation of a full name, as in `numpy.linalg.norm`; empty if there is none."""
    module, _, last = name.rpartition(".")
    if name in documentation:
        return "" if "{}" in documentation[name] else documentation[name]
    return "" if last.startswith("_") else documentation.get(module, "").format(name)


class Names:
    """What the names in the code of one page mean, and which of them link already: more links would be noise.

    A name means what the import statements of the tutorial say, wherever in it they stand; one that has another meaning
    in some cell does not link. `reference` is the address of the page that documents the snippets, if any; `folders`
    has those of the pages for the modules of a folder.
    """

    def __init__(
        self,
        variant: Variant,
        documentation: Mapping[str, str],
        snippets: Path,
        reference: str,
        folders: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._documentation, self._snippets = documentation, snippets
        self._meaning: dict[str, str] = {}
        self._pasted: dict[str, str] = {}
        self._linked: set[str] = set()
        meant: dict[str, set[Any]] = {}
        for cell in variant.python:
            for node in ast.parse(join(cell.lines)).body:
                for name, it in meanings(node).items():
                    meant.setdefault(name, set()).add(it)
                    if it:
                        self._meaning[name] = ".".join(filter(None, it))
                if (
                    isinstance(node, _Definition)
                    and self._is_pasted(node, cell.lines)
                    and reference
                ):
                    path = cell.lines[node.lineno - 1].path.relative_to(snippets).with_suffix("")
                    full = ".".join((snippets.name, *path.parts, node.name))
                    self._meaning[node.name] = full
                    self._pasted[full] = f"{folders.get(path.parts[0], reference)}#{full}"
        self._meaning = {name: it for name, it in self._meaning.items() if len(meant[name]) == 1}
        words = "|".join(map(re.escape, self._meaning)) or "(?!)"
        self._pattern = re.compile(
            rf"(?<![\w.])(?:{words})\b(?:\.\w+)*+(?!\s*=[^=])"
        )  # not the name of an argument

    def links(self, lines: tuple[Line, ...], *, folded: bool = False) -> list[Link]:
        """The links of the next code on the page, in order; if it is folded, its names link again after it."""
        code = join(lines)
        if syntax_error(code):  # which its cell is there to show
            return []
        tokens = {start: kind for start, kind, _ in _tokens(code)}
        definitions = [node for node in ast.parse(code).body if isinstance(node, _Definition)]
        # What a learner is to write does not link to the solution.
        own = {node.name for node in definitions if not self._is_pasted(node, lines)}
        links: dict[str, Link] = {}
        for match in self._pattern.finditer(code):
            words = match[0].split(".")
            if tokens.get(match.start()) not in _LINKING or words[0] in own:
                continue
            for count in range(
                len(words), 0, -1
            ):  # of `jnp.ones.lower`, the part that is documented
                name = ".".join((self._meaning[words[0]], *words[1:count]))
                if url := self._pasted.get(name) or docs_url(name, self._documentation):
                    if url not in self._linked:
                        end = match.start() + len(".".join(words[:count]))
                        links.setdefault(url, Link(match.start(), end, url, name))
                    break
        if not folded:
            self._linked |= links.keys()
        return list(links.values())

    def _is_pasted(self, node: _Definition, lines: tuple[Line, ...]) -> bool:
        path = lines[node.lineno - 1].path
        return path.is_relative_to(self._snippets) and not node.name.startswith("_")


def code_html(source: str, links: Sequence[Link] = ()) -> str:
    """Python as spans for Material's style sheet, one for each run of tokens of one colour, and the links in it.

    A long line that begins with five to eight spaces is a span of class `w2`, one with up to twelve is `w3`, and so on;
    the first piece of an indented line is one of class `first` if a phone has no room for it behind the spaces.
    """
    source = source.rstrip("\n")
    lines, tags = list(_long_lines(source)), [(len(source), "")]
    firsts = [
        line.span(1) for line in _BEGINNING.finditer(source) if len(line[0]) > _LONG_BEGINNING
    ]
    tags += [(link.end, "</a>") for link in links]
    tags += [(end, "</span>") for _, end in firsts]
    tags += [(end, "</span>") for _, end, _ in lines]
    tags += [(start, f'<span class="w{level}">') for start, _, level in lines]
    tags += [(start, '<span class="first">') for start, _ in firsts]
    tags += [(link.start, f'<a href="{escape(link.url)}">') for link in links]
    marks: dict[int, str] = {}
    for place, tag in tags:
        marks[place] = marks.get(place, "") + tag
    html, run, colour = [], "", ""
    for start, kind, value in [*_parts(source, sorted(marks)), (len(source), Text, "")]:
        if start in marks or _css_class(kind) != colour:
            run = escape(run, quote=False)
            html += [
                f'<i class="{colour}">{run}</i>' if colour and run else run,
                marks.get(start, ""),
            ]
            run, colour = "", _css_class(kind)
        run += value
    return "".join(html)


def _long_lines(source: str) -> Iterator[tuple[int, int, int]]:
    """Where each long and deep line begins and ends, and how often it has four spaces before it, or some of them."""
    start = 0
    for line in re.findall(r".*\n|.+", source):
        indent = len(line) - len(line.lstrip(" "))
        if len(line.rstrip()) > _LONG_LINE and indent >= _DEEP:
            yield start, start + len(line.rstrip("\n")), min(9, -(-indent // 4))
        start += len(line)


def _parts(source: str, places: Sequence[int]) -> Iterator[tuple[int, Any, str]]:
    """The tokens of code, those that go on beyond one of some places in parts."""
    for start, kind, value in _tokens(source):
        ends = [
            *places[bisect_right(places, start) : bisect_left(places, start + len(value))],
            start + len(value),
        ]
        for end in ends:
            yield start, kind, source[start:end]
            start = end


@lru_cache(maxsize=64)  # asked for links, then for colours
def _tokens(code: str) -> list[tuple[int, Any, str]]:
    """The tokens of code with their places; links begin and end between them, at names and dots."""
    tokens = []
    for start, kind, value in _LEXER.get_tokens_unprocessed(code):
        if kind is Name.Decorator and value[1:]:  # `@name`
            tokens.append((start, kind, "@"))
            start, value = start + 1, value[1:]
        tokens.append((start, kind, value))
    return tokens


@cache
def _css_class(kind: Any) -> str:
    return next(
        (name for name, kinds in _COLOURS.items() if any(kind in known for known in kinds)), ""
    )
