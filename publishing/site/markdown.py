"""Markdown extensions: LaTeX between dollars as MathML, which needs no script, and links to a glossary.

Both work wherever Python-Markdown does: `publishing.site.markdown:Mathematics` beside `pymdownx.arithmatex`, whose
option `generic` must be set, and `publishing.site.markdown:Glossary`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from math_core import LatexError, LatexToMathML

from publishing.read.problem import Problem, SourceError, read_source

MOST = 15  # links to the glossary on a page

_STRAY = re.compile(r"(?<![\\$\w])\$(?=[A-Za-z\\])|\$\$")
_VERBATIM = ("code", "pre", "math", "script", "style")
# A fence of a given size that has a script, as in `\big)^2`: Chromium gives it the size within a row only.
_SIZED_BASE = re.compile(r"(<m(?:sup|sub|subsup)>)(<mo [^>]*minsize[^>]*>[^<]*</mo>)")
# Entities that HTML knows and XML does not.
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")
# What is LaTeX, but drops in silence what the author meant to show.
_SILENT = (
    (re.compile(r"^(?!\s*\S)"), "it is empty"),
    (re.compile(r"(?<!\\)%"), r"a `%` begins a comment; write `\%`"),
    (
        re.compile(r"^(?!.*\\begin).*\\\\", re.DOTALL),
        r"a `\\` breaks a line only within an environment, as aligned",
    ),
)
# From so many signs on a formula may be wider than a phone; it scrolls, and a keyboard must reach what scrolls.
_PHONE = 24
_CONVERTER = LatexToMathML(fancy_error=False)


class MathematicsError(ValueError):
    """Mathematics that cannot be read.

    Attributes:
      latex: a line of it, as it is written.
    """

    def __init__(self, why: str, latex: str) -> None:
        super().__init__(f"this mathematics cannot be read: {why.rstrip('.')}.")
        self.latex = latex


class _ToMathML(Treeprocessor):
    """Turns what arithmatex found into MathML.

    Raises:
      MathematicsError: for LaTeX that cannot be read, and a dollar that begins or ends nothing.
    """

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.get("class") == "arithmatex" and (latex := element.text):
                math = _math(html.unescape(latex)[2:-2], block=element.tag == "div")  # without \( \) or \[ \]
                element.tag, element.text, element[:] = math.tag, math.text, list(math)
                element.attrib.clear()
                element.attrib.update(math.attrib)
        for text in _texts(root):
            if stray := _STRAY.search(text):
                line = text[text.rfind("\n", 0, stray.start()) + 1 :].partition("\n")[0]
                raise MathematicsError(r"a `$` without an end in its paragraph; a dollar itself is `\$`", line)


def _texts(element: Element) -> Iterator[str]:
    """The texts below an element, without those of code."""
    if element.tag not in _VERBATIM:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _math(latex: str, *, block: bool) -> Element:
    for pattern, why in _SILENT:
        if found := pattern.search(latex):
            raise MathematicsError(why, _line(latex, found.end()))
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=block)
    except LatexError as error:
        offset, _, why = str(error).partition(": ")  # math-core says where; a message of another form has no place
        raise MathematicsError(why or offset, _line(latex, int(offset) if offset.isdecimal() else 0)) from None
    mathml = _NAMED.sub(lambda entity: html.unescape(entity[0]), mathml)
    math = fromstring(_SIZED_BASE.sub(r"\1<mrow>\2</mrow>", mathml.replace("\n", " ")))
    if block and len(re.sub(r"\s", "", "".join(math.itertext()))) > _PHONE:
        math.set("tabindex", "0")
    return math


def _line(latex: str, offset: int) -> str:
    lines = latex.split("\n")
    return lines[min(latex.count("\n", 0, offset), len(lines) - 1)].strip()


class Mathematics(Extension):
    """Mathematics as MathML; it needs `pymdownx.arithmatex` with its option `generic`."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work on the tree once inline patterns have made it, and before headings get their anchors."""
        md.treeprocessors.register(_ToMathML(md), "mathml", 15)


class Term(NamedTuple):
    """A term of the glossary: its anchor, the words that mean it, and the pages that its entry leads to."""

    anchor: str
    forms: tuple[str, ...]
    taught: tuple[str, ...]


_HEADING = re.compile(r'## (?P<name>[^{]*[^{\s])\s+\{ #(?P<anchor>[a-z-]+)(?: data-forms="(?P<forms>[^"]*)")? \}')
_PAGE = re.compile(r"\]\((?P<page>[^)#\s]+)#")
_NOT = re.compile(r"^<!-- terms: (?:not (?P<anchors>[a-z -]*)|none) -->$")


def read_terms(path: Path) -> list[Term]:
    """The terms of a page: headings `## Leaf { #leaf data-forms="leaf, leaves" }` with text below.

    Without `data-forms`, a term has the form of its heading only.

    Raises:
      SourceError: for a heading of another form, or two terms with one form.
    """
    terms: list[Term] = []
    problems, owners = [], {}
    for number, line in enumerate(read_source(path).split("\n"), 1):
        if line.startswith("## "):
            heading = _HEADING.fullmatch(line.rstrip())
            if not heading:
                form = '`## Leaf { #leaf data-forms="leaf, leaves" }`'
                problems.append(Problem(path, number, f"write a term as {form}, with an empty text for no links."))
                continue
            words = heading["name"] if heading["forms"] is None else heading["forms"]
            forms = tuple(" ".join(form.lower().split()) for form in words.split(",") if form.strip())
            problems += [
                Problem(path, number, f"`{form}` means {owners[form]} already; a form belongs to one term.")
                for form in forms
                if form in owners
            ]
            owners |= dict.fromkeys(forms, heading["name"])
            terms.append(Term(heading["anchor"], forms, ()))
        elif terms:
            terms[-1] = terms[-1]._replace(taught=(*terms[-1].taught, *_PAGE.findall(line)))
    if problems:
        raise SourceError(*problems)
    return terms


def not_linked(terms: list[Term], page: str) -> str:
    """The comment by which a page says which terms it explains itself, for `Glossary` to leave alone."""
    return f"<!-- terms: not {' '.join(term.anchor for term in terms if page in term.taught)} -->"


class _Term(InlineProcessor):
    """Links the first use of each term, and no more than `MOST` of them."""

    ANCESTOR_EXCLUDES = ("a", "code", "summary", "h1", "h2", "h3", "h4", "h5", "h6")

    def __init__(self, page: str, terms: list[Term]) -> None:
        self.page, self.linked = page, set()
        self.anchors = {form: term.anchor for term in terms for form in term.forms}
        words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in sorted(self.anchors, key=len)[::-1])
        super().__init__(rf"(?<![\w-])({words or '(?!)'})(?![\w-])")
        self.compiled_re = re.compile(self.pattern, re.IGNORECASE)

    def handleMatch(self, match: re.Match, data: str) -> tuple[Any, int | None, int | None]:
        """A link, once a page."""
        anchor = self.anchors.get(" ".join(match[1].lower().split()))
        if anchor is None or anchor in self.linked or len(self.linked) == MOST:
            return None, None, None
        self.linked.add(anchor)
        link = Element("a", href=f"/{self.page}#{anchor}")
        link.text = AtomicString(match[1])
        return link, match.start(), match.end()


class _NotLinked(Preprocessor):
    """Heeds a comment that says which terms a page explains itself, or `<!-- terms: none -->`."""

    def __init__(self, md: Markdown, term: _Term) -> None:
        super().__init__(md)
        self.term = term

    def run(self, lines: list[str]) -> list[str]:
        for line in lines:
            if comment := _NOT.match(line):
                kept = {} if comment["anchors"] is None else self.term.anchors
                left = (comment["anchors"] or "").split()
                self.term.anchors = {form: anchor for form, anchor in kept.items() if anchor not in left}
        return lines


class Glossary(Extension):
    """The first use of each term of the glossary becomes a link to it.

    Options: `file`, the page of terms; `page`, its address below docs.
    """

    def __init__(self, **options: Any) -> None:
        self.config = {"file": ["", "the page of terms"], "page": ["", "its address below docs"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after all that makes links, code and formulas."""
        term = _Term(self.getConfig("page"), read_terms(Path(self.getConfig("file"))))
        md.inlinePatterns.register(term, "term", 15)
        md.preprocessors.register(_NotLinked(md, term), "terms", 35)
