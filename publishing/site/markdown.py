"""Extensions of Python-Markdown: LaTeX as MathML, which needs no script, and a glossary."""

import html
import posixpath
import re
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, fromstring

from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from math_core import LatexError, LatexToMathML

from publishing.read.diagnostic import Diagnostic, PageError, SourceError, read_source

MOST = 15  # links to the glossary on a page

_STRAY = re.compile(r"(?<![\\$\w])\$(?=[A-Za-z\\])|\$\$")
_VERBATIM = ("code", "pre", "math", "script", "style")
_NO_TERMS = (*_VERBATIM, "a", "summary", "h1", "h2", "h3", "h4", "h5", "h6")
# A fence of a given size with a script, as `\big)^2`: Chromium gives it the size in a row only.
_SIZED_BASE = re.compile(r"(<m(?:sup|sub|subsup)>)(<mo [^>]*minsize[^>]*>[^<]*</mo>)")
# Chromium lets the sign of a root hang below its line; TeX shares that with the bar.
_ROOT = re.compile(r"<msqrt>(?=(.*?)</msqrt>)")
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
_LONGEST = 2000  # characters: math-core goes down by recursion, without an end of its own
# From so many signs on a formula may scroll on a phone, and a keyboard must reach what scrolls.
_PHONE = 24
_CONVERTER = LatexToMathML(fancy_error=False, annotation=True)  # with its LaTeX, for who copies it


def _unreadable(why: str, text: str, character: int) -> PageError:
    """What a build says of mathematics; an author finds the line of `text` with the character."""
    before, after = text[:character].rpartition("\n")[2], text[character:].partition("\n")[0]
    why = f"this mathematics cannot be read: {why.rstrip('.')}."
    return PageError(why, [(before + after).strip()])


class Mathematics(Extension):
    """Mathematics as MathML, where `pymdownx.arithmatex` finds it."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work on the tree after inline patterns, and before headings get their anchors."""
        md.registerExtensions(["pymdownx.arithmatex"], {"pymdownx.arithmatex": {"generic": True}})
        display = _Display(r"(?<![\\$])\$\$(?!\$)(.+?)\$\$", md)
        md.inlinePatterns.register(display, "display", 189.95)
        md.treeprocessors.register(_ToMathML(md), "mathml", 15)


class _Display(InlineProcessor):
    """Reads `$$` within a paragraph, as notebooks do and arithmatex does not."""

    def handleMatch(self, match: re.Match, data: str) -> tuple[Element, int, int]:
        element = Element("div", {"class": "arithmatex"})
        element.text = AtomicString(rf"\[{match[1]}\]")
        return element, match.start(), match.end()


class _ToMathML(Treeprocessor):
    """Turns what arithmatex found into MathML; a stray dollar is a PageError."""

    def run(self, root: Element) -> None:
        for element in list(root.iter()):  # without what is in the formulas that it makes
            if element.get("class") == "arithmatex" and (latex := element.text):
                latex = html.unescape(latex)[2:-2].strip()  # without \( \) or \[ \]
                math = _math(latex, block=element.tag == "div")
                element.tag, element.attrib, element.text = math.tag, math.attrib, math.text
                element[:] = list(math)
            text = None if element.tag in _VERBATIM else element.text
            for part in filter(None, (text, element.tail)):
                if stray := _STRAY.search(part):
                    why = r"a `$` without an end in its paragraph; a dollar itself is `\$`"
                    raise _unreadable(why, part, stray.start())


def _math(latex: str, *, block: bool) -> Element:
    for pattern, why in _SILENT:
        if found := pattern.search(latex):
            raise _unreadable(why, latex, found.end())
    if len(latex) > _LONGEST:
        raise _unreadable(f"it has more than {_LONGEST} characters, the limit", latex, 0)
    latex_line = latex.replace("\\\n", "\\ ")  # TeX: a space
    try:
        mathml = _CONVERTER.convert_with_local_state(latex_line, displaystyle=block)
    except LatexError as error:
        # math-core says where; a message of another form has no place
        offset, _, why = str(error).partition(": ")
        place = int(offset) if offset.isdecimal() else 0
        why = why.replace("Not valid", f"`{latex[place : place + 1]}` is not valid")
        raise _unreadable(why or offset, latex, place) from None
    mathml = _NAMED.sub(lambda entity: html.unescape(entity[0]), mathml)
    mathml = _ROOT.sub(lambda root: f'<msqrt><mspace height="{_least_height(root[1])}em"/>', mathml)
    math = fromstring(_SIZED_BASE.sub(r"\1<mrow>\2</mrow>", re.sub(r" *\n *", " ", mathml)))
    formula, annotation = math[0]
    annotation.set("data-search-exclude", "")
    for part in math.iter():  # no other extension is to read it as prose
        part.text = AtomicString(part.text) if part.text else None
    if block and len(re.sub(r"\s", "", "".join(formula.itertext()))) > _PHONE:
        math.set("tabindex", "0")
    return math


def _least_height(content: str) -> float:
    """How high the content of a root reaches at least: there its sign begins."""
    return 1.15 if "<msubsup>" in content and "<munder" not in content else 0.75


class Term(NamedTuple):
    """A term of the glossary: its anchor, the words for it, where it is taught, its meaning."""

    anchor: str
    forms: tuple[str, ...]
    taught: list[str]
    meaning: str  # the first sentence of its entry; what stands between backticks is code


_HEADING = re.compile(
    r"## (?P<name>[^{]*[^{\s])\s+\{ #(?P<anchor>(?:[^\W_A-Z]|-)+)"
    r'(?: data-forms="(?P<forms>[^"]*)")? \}\s*?$',
    re.MULTILINE,
)
_PAGE = re.compile(r"\]\((?P<page>[^)#\s]+)#")
_LINKED = re.compile(r"<!-- terms: (?P<page>[^ ]+)(?: but (?P<taught>[\w -]+))? -->")


def read_terms(path: Path) -> list[Term]:
    """The terms of a page: headings `## Leaf { #leaf data-forms="leaf, leaves" }` with text below.

    Without `data-forms`, a term has the form of its heading only. Raises a SourceError for another
    heading, or two terms with one form.
    """
    page, terms, diagnostics, owners = read_source(path), [], [], {}
    for section in re.finditer(r"^## .*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL):
        number = page.count("\n", 0, section.start()) + 1
        if not (heading := _HEADING.match(section[0])):
            form = '`## Leaf { #leaf data-forms="leaf, leaves" }`'
            message = f"write a term as {form}, with an empty text for no links."
            diagnostics.append(Diagnostic(path, number, message))
            continue
        words = heading["name"] if heading["forms"] is None else heading["forms"]
        forms = tuple(" ".join(form.lower().split()) for form in words.split(",") if form.strip())
        for form in filter(owners.get, forms):
            message = f"`{form}` means {owners[form]} already; a form belongs to one term."
            diagnostics.append(Diagnostic(path, number, message))
        owners |= dict.fromkeys(forms, heading["name"])
        meaning = _first_sentence(section[0][heading.end() :])
        terms.append(Term(heading["anchor"], forms, _PAGE.findall(section[0]), meaning))
    if diagnostics:
        raise SourceError(*diagnostics)
    return terms


def _first_sentence(markdown: str) -> str:
    """The first sentence of a text, as words: of a link what it says, and nothing emphasised."""
    text = " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)|[*$]", r"\1", markdown).split())
    return re.split(r"(?<=[.?!]) ", text)[0]


def terms_comment(terms: list[Term], glossary: str, page: str) -> str:
    """The comment that lets `Glossary` link terms on a page, but those that it explains."""
    name = posixpath.splitext(page)[0]
    stems = {term.anchor: {posixpath.splitext(page)[0] for page in term.taught} for term in terms}
    taught = [anchor for anchor, pages in stems.items() if name in pages]
    address = posixpath.relpath(glossary, posixpath.dirname(page))
    return f"<!-- terms: {' '.join([address, 'but', *taught] if taught else [address])} -->"


class Glossary(Extension):
    """The first use of a term becomes a link to it, where `<!-- terms: words.md -->` asks for that.

    Beside the link stands what the term means, for a style sheet to show where a reader points.
    `<!-- terms: words.md but leaf step -->` leaves out the terms with these anchors.
    Option: `file`, the page of terms.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after all that makes links, code and formulas."""
        comment = _Comment(md)
        md.preprocessors.register(comment, "terms-comment", 22)  # after fences, before HTML
        md.treeprocessors.register(_Terms(md, read_terms(Path(self.file)), comment), "terms", 14)


class _Comment(Preprocessor):
    """Takes the comment on terms out of a page: no reader needs it."""

    def run(self, lines: list[str]) -> list[str]:
        self.found = next(filter(None, map(_LINKED.match, lines)), None)
        return [line[found.end() :] if (found := _LINKED.match(line)) else line for line in lines]


class _Terms(Treeprocessor):
    def __init__(self, md: Markdown, terms: list[Term], comment: _Comment) -> None:
        super().__init__(md)
        self.comment = comment
        self.anchors = {form: term.anchor for term in terms for form in term.forms}
        self.meanings = {term.anchor: term.meaning for term in terms}
        longest_first = sorted(self.anchors, key=len)[::-1]
        words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
        self.pattern = re.compile(rf"(?<![\w-])(?:{words or '(?!)'})(?![\w-])", re.IGNORECASE)

    def run(self, root: Element) -> None:
        if comment := self.comment.found:
            self.page, self.room = comment["page"], MOST
            self.waiting = {*self.anchors.values()}.difference((comment["taught"] or "").split())
            self._link(root)

    def _link(self, element: Element) -> None:
        """Link terms in an element and in what it holds, in the order of reading."""
        if element.tag in _NO_TERMS or element.get("class") == "admonition-title":
            return
        element.text, content = self._split(element.text or "")
        for child in element:
            self._link(child)
            child.tail, links = self._split(child.tail or "")
            content += [child, *links]
        element[:] = content

    def _split(self, text: str) -> tuple[str, list[Element]]:
        """A text up to the first link in it, and the links, each with the text behind it."""
        for use in self.pattern.finditer(text):
            anchor = self.anchors.get(" ".join(use[0].lower().split()))
            if anchor in self.waiting and self.room:
                self.waiting.remove(anchor)
                self.room -= 1
                term = self._explained(use[0], anchor)
                term.tail, more = self._split(text[use.end() :])
                return text[: use.start()], [term, *more]
        return text, []

    def _explained(self, word: str, anchor: str) -> Element:
        """A word with the link to its entry, and the first sentence of that."""
        link = Element("a", {"href": f"{self.page}#{anchor}"})
        link.text = word
        if not self.meanings[anchor]:
            return link
        link.set("aria-describedby", f"term-{anchor}")
        attributes = {"role": "tooltip", "id": f"term-{anchor}", "data-search-exclude": ""}
        told = Element("span", attributes)
        told.text, *pieces = re.split(r"`([^`]*)`", self.meanings[anchor])
        for code, text in zip(pieces[::2], pieces[1::2], strict=True):
            element = SubElement(told, "code")
            element.text, element.tail = AtomicString(code), text
        term = Element("span", {"class": "term"})
        term[:] = [link, told]
        return term
