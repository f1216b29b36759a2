"""Python as HTML in the colours of Material's style sheet, with links to documentation."""

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

from publishing.assemble.snippets import meanings, parse
from publishing.assemble.variants import Variant
from publishing.read.diagnostic import Line, SourceError, join

# Tokens by the classes that Material colours; what is not here has the colour of the text.
_COLOURS = {
    "c short": (Comment.Short,),  # ours: a phone does not break it
    "c": (String.Doc, Comment),
    "s": (String,),
    "m": (Number,),
    "k": (Keyword, Operator.Word),
    "nb": (Name.Builtin,),
    "nd": (Name.Decorator,),
    "nf": (Name.Class, Name.Exception, Name.Function, Name.Namespace),
}
# Characters of a line that a screen may break. The style sheet indents what follows by six, and
# deeper for the spans here.
_LONG_LINE, _DEEP = 30, 5
_SHORT_COMMENT = 16
# A longer piece without a space at the beginning of a line, its indentation included, would stand
# alone.
_BEGINNING, _LONG_BEGINNING = re.compile(r"^ +(\S+)", re.MULTILINE), 26
_LINKING = (Name, Name.Function, Name.Class, Name.Decorator, Name.Builtin)
_LEXER = PythonLexer(stripnl=False)  # links count characters from the first one
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Link(NamedTuple):
    """A piece of code, from one character up to another, with the address of what it names."""

    start: int
    end: int
    url: str
    name: str = ""


def docs_url(name: str, documentation: Mapping[str, str]) -> str:
    """The address of the documentation of a full name, as in `numpy.linalg.norm`; or nothing."""
    module, _, last = name.rpartition(".")
    if name in documentation:
        return "" if "{}" in documentation[name] else documentation[name]
    return "" if last.startswith("_") else documentation.get(module, "").format(name)


class Names:
    """What names in the code of a page mean, and which link already: more would be noise.

    A name means what the import statements of the tutorial say, wherever they are; one that has
    another meaning in some cell does not link. `reference` is the address of the page for the
    snippets, if there is one; `folders` has those of the pages for the modules of a folder.
    """

    def __init__(
        self,
        variant: Variant,
        documentation: Mapping[str, str],
        snippets: Path,
        reference: str = "",
        folders: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._documentation, self._snippets = documentation, snippets
        self._pages = {"": reference, **folders}
        self._linked: set[str] = set()
        self._pasted: dict[str, str] = {}  # the addresses of snippets by their full names
        self._meaning = self._full_names(variant)
        words = "|".join(map(re.escape, self._meaning)) or "(?!)"
        not_an_argument = r"(?!\s*=[^=])"
        self._pattern = re.compile(rf"(?<![\w.])(?:{words})\b(?:\.\w+)*+{not_an_argument}")

    def _full_names(self, variant: Variant) -> dict[str, str]:
        """The full name for each name that has one meaning in the tutorial."""
        found: dict[str, set[str]] = {}
        for cell in variant.python:
            for node in parse(cell.lines).body:
                snippet = self._snippet(node, cell.lines)
                for name, imported in meanings(node).items():
                    full = ".".join(filter(None, imported)) if imported else snippet
                    found.setdefault(name, set()).add(full)
        return {name: full for name, (full, *others) in found.items() if full and not others}

    def _snippet(self, node: ast.stmt, lines: tuple[Line, ...]) -> str:
        """The full name of a definition if it is pasted from the snippets, and documented."""
        if not (isinstance(node, _Definition) and self._is_pasted(node, lines) and self._pages[""]):
            return ""
        module = lines[node.lineno - 1].path.relative_to(self._snippets).with_suffix("").parts
        full = ".".join((self._snippets.name, *module, node.name))
        self._pasted[full] = f"{self._pages.get(module[0], self._pages[''])}#{full}"
        return full

    def links(self, lines: tuple[Line, ...], *, folded: bool = False) -> list[Link]:
        """The links of the next code on the page; after folded code, its names link again."""
        try:
            tree = parse(lines)
        except SourceError:  # which its cell is there to show
            return []
        definitions = [node for node in tree.body if isinstance(node, _Definition)]
        # What a learner is to write does not link to the solution.
        own = {node.name for node in definitions if not self._is_pasted(node, lines)}
        code = join(lines)
        kinds = {start: kind for start, kind, _ in _tokens(code)}
        links: dict[str, Link] = {}
        for match in self._pattern.finditer(code):
            words = match[0].split(".")
            if kinds.get(match.start()) in _LINKING and words[0] not in own:
                link = self._link(match.start(), words)
                if link and link.url not in self._linked:
                    links.setdefault(link.url, link)
        if not folded:
            self._linked |= links.keys()
        return list(links.values())

    def _link(self, start: int, words: Sequence[str]) -> Link | None:
        """The link of a dotted name; of `jnp.ones.lower`, of the part that is documented."""
        for count in range(len(words), 0, -1):
            name = ".".join((self._meaning[words[0]], *words[1:count]))
            if url := self._pasted.get(name) or docs_url(name, self._documentation):
                return Link(start, start + len(".".join(words[:count])), url, name)
        return None

    def _is_pasted(self, node: _Definition, lines: tuple[Line, ...]) -> bool:
        path = lines[node.lineno - 1].path
        return path.is_relative_to(self._snippets) and not node.name.startswith("_")


def code_html(source: str, links: Sequence[Link] = ()) -> str:
    """Python as spans for Material's style sheet, one for each run of a colour, with the links.

    A long line that begins with five to eight spaces is a span of class `w2`, one with up to
    twelve is `w3`, and so on; the first piece of an indented line is one of class `first` if a
    phone has no room for it behind the spaces.
    """
    source = source.rstrip("\n")
    marks = _marks(source, links)
    html, run, colour = [], "", ""
    for start, kind, value in [*_parts(source, sorted(marks)), (len(source), Text, "")]:
        if start in marks or _css_class(kind) != colour:
            run = escape(run, quote=False)
            html.append(f'<i class="{colour}">{run}</i>' if colour and run else run)
            html.append(marks.get(start, ""))
            run, colour = "", _css_class(kind)
        run += value
    return "".join(html)


def _marks(source: str, links: Sequence[Link]) -> dict[int, str]:
    """The tags in code by their places, those that end before those that begin there."""
    lines = list(_long_lines(source))
    firsts = [
        line.span(1) for line in _BEGINNING.finditer(source) if len(line[0]) > _LONG_BEGINNING
    ]
    tags = [(len(source), "")]
    tags += [(link.end, "</a>") for link in links]
    tags += [(end, "</span>") for _, end in firsts]
    tags += [(end, "</span>") for _, end, _ in lines]
    tags += [(start, f'<span class="w{level}">') for start, _, level in lines]
    tags += [(start, '<span class="first">') for start, _ in firsts]
    tags += [(link.start, f'<a href="{escape(link.url)}">') for link in links]
    marks: dict[int, str] = {}
    for place, tag in tags:
        marks[place] = marks.get(place, "") + tag
    return marks


def _long_lines(source: str) -> Iterator[tuple[int, int, int]]:
    """Where each long and deep line begins and ends, and how deep it is, in fours of spaces."""
    start = 0
    for line in re.findall(r".*\n|.+", source):
        indent = len(line) - len(line.lstrip(" "))
        if len(line.rstrip()) > _LONG_LINE and indent >= _DEEP:
            yield start, start + len(line.rstrip("\n")), min(9, -(-indent // 4))
        start += len(line)


def _parts(source: str, places: Sequence[int]) -> Iterator[tuple[int, Any, str]]:
    """The tokens of code, those that go on beyond one of some places in parts."""
    for start, kind, value in _tokens(source):
        end = start + len(value)
        for place in places[bisect_right(places, start) : bisect_left(places, end)]:
            yield start, kind, source[start:place]
            start = place
        yield start, kind, source[start:end]


@lru_cache(maxsize=4096)  # asked for links, for colours, and for the table of names
def _tokens(code: str) -> list[tuple[int, Any, str]]:
    """The tokens of code with their places; links begin and end between them, at names and dots."""
    tokens = []
    for start, kind, value in _LEXER.get_tokens_unprocessed(code):
        if kind is Name.Decorator and value[1:]:  # `@name`
            tokens.append((start, kind, "@"))
            start, value = start + 1, value[1:]
        if kind is Comment.Single and len(value) <= _SHORT_COMMENT:
            kind = Comment.Short
        tokens.append((start, kind, value))
    return tokens


@cache
def _css_class(kind: Any) -> str:
    found = (name for name, kinds in _COLOURS.items() if any(kind in known for known in kinds))
    return next(found, "")
