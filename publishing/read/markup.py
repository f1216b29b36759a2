"""What is wrong with HTML for a page: what no page may hold, and what is not balanced.

It reads only what every browser reads alike. What is written in another way, such as an attribute twice, is refused.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from publishing.read import allowed
from publishing.read.styles import (
    StyleError,
    check_declarations,
    check_value,
    is_scoped,
    scoped,
    sheet,
)

_SPACE = r"[ \t\n\r\f]"
_ATTRIBUTE = re.compile(
    rf"{_SPACE}+([a-zA-Z][\w:.-]*)(?:{_SPACE}*={_SPACE}*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?",
    re.ASCII,
)
_NAME = "[a-zA-Z][a-zA-Z0-9:-]*"
_TOKEN = re.compile(
    rf"(?P<style><style(?:{_ATTRIBUTE.pattern})*{_SPACE}*>(?P<css>.*?)</style{_SPACE}*>)"
    rf"|<(?P<start>{_NAME})(?P<attributes>(?:{_ATTRIBUTE.pattern})*){_SPACE}*(?P<empty>/?)>"
    rf"|</(?P<end>{_NAME}){_SPACE}*>"
    r"|<!--(?!-?>)(?:(?!--!?>).)*-->|<!doctype\b[^<>\[]*>|<\?xml\b[^<>]*\?>|(?P<mark><(?=[a-zA-Z/!?]))",
    re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ENTITY = re.compile(r"&(#\d+;?|#[xX][\da-fA-F]+;?|[a-zA-Z][a-zA-Z\d]*(?:;|(?![a-zA-Z\d=])))")
_CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f\ufeff]")
_SCHEME = re.compile(r"\s*([^/?#:\s]*):")
_DATA = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[\w+/=\s%]*", re.ASCII)
_FORMULA = re.compile(r"<annotation\b[^>]*>(.*?)</annotation>", re.DOTALL)  # as its author wrote it
_SCHEMES = ("http", "https", "mailto")
_NOWHERE = "which no page can have"


class Defect(NamedTuple):
    """What is wrong with HTML: the line of it, the end of a sentence, and how the author may have written it."""

    line: int
    message: str
    texts: tuple[str, ...] = ()


def html_diagnostic(
    markup: str, *, prose: bool = False, page: bool = False, drawing: bool = False
) -> Defect | None:
    """The first thing that is wrong with HTML: an output's, that in Markdown if `prose`, a page's, or an SVG file's."""
    return next(html_diagnostics(markup, prose=prose, page=page, drawing=drawing), None)


def html_diagnostics(
    markup: str, *, prose: bool = False, page: bool = False, drawing: bool = False
) -> Iterator[Defect]:
    """All that is wrong with HTML, without what follows from something before it."""
    reader = _Reader(prose=prose, page=page, drawing=drawing)
    for place, message, texts in reader.diagnostics(markup):
        formula = _FORMULA.search(markup, place) if "math" in dict(reader.open) else None
        texts = (*html.unescape(formula[1]).split("\n"), *texts) if formula else texts
        yield Defect(markup.count("\n", 0, place) + 1, " ".join(message.split()), texts)


def scope_styles(markup: str) -> str:
    """HTML without problems, whose style sheets reach only what stands beside them."""

    def put(token: re.Match) -> str:
        start, end = (place - token.start() for place in token.span("css"))
        return (
            token[0][:start] + scoped(token["css"]) + token[0][end:] if token["style"] else token[0]
        )

    return _TOKEN.sub(put, markup)


class _Reader:
    def __init__(self, *, prose: bool = False, page: bool = False, drawing: bool = False) -> None:
        self.prose, self.page, self.drawing = prose, page, drawing
        self.open: list[tuple[str, int]] = []  # elements, each with its place
        self.refused: set[str] = set()  # elements whose ends are no further problem
        self.unbalanced = False  # then no more is said of ends

    def diagnostics(self, markup: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Every problem: its place, the end of a sentence, and what may stand in the author's text."""
        for token in _TOKEN.finditer(markup):
            place, text = token.start(), token[0]
            if token["style"]:
                written = text[len("<style") : token.start("css") - place - 1]
                yield from (
                    (place, *diagnostic) for diagnostic in self._style(written, token["css"])
                )
            elif token["start"]:
                yield from ((place, *diagnostic) for diagnostic in self._start(token, place))
            elif token["end"]:
                yield from self._end(token["end"].lower(), place)
            elif token["mark"]:
                yield place, *_unread(markup[place : place + 60])
        yield from self._end("", len(markup))

    def _style(self, written: str, css: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        if self.prose or (
            not self.drawing and {"svg", "math"}.intersection(tag for tag, _ in self.open)
        ):
            yield f"has `<style>`, {_NOWHERE}.", ("<style",)
        yield from _attributes("html", "style", written, False)
        try:
            if self.drawing and "<" not in css:
                sheet(html.unescape(css), drawing=True)
            elif not self.page:
                scoped(css)
            elif not is_scoped(css):
                raise StyleError(css)
        except (StyleError, RecursionError) as error:
            piece = " ".join(str(error).split())[:60]
            yield f"has a style sheet with `{piece}`, {_NOWHERE}.", (piece, "<style")

    def _start(self, token: re.Match, place: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        tag = token["start"].lower()
        within = allowed.PARENTS.get(tag)
        while within and self.open and self.open[-1][0] in allowed.ENDS_BY_ITSELF - within:
            self.open.pop()
        parent = self.open[-1][0] if self.open else ""
        roots = [tag for tag, _ in self.open if tag in ("svg", "math")]
        root = (
            tag
            if tag in ("svg", "math") and not roots
            else roots[0]
            if roots
            else "svg"
            if self.drawing
            else "html"
        )
        if tag == "style":  # which has an end where it was not read as a whole
            yield _unread("<style")
            return
        if tag not in allowed.ELEMENTS[root]:
            way = f"; write `&lt;{tag}>` to show these signs" if self.prose else ""
            yield f"has `<{tag}>`, {_NOWHERE}{way}.", (f"<{tag}", tag)
            self.refused.add(tag)
            return
        if parent in allowed.TEXT_ONLY or (
            not roots and parent not in (within or {parent} - allowed.TABLE)
        ):
            yield (
                f"has `<{tag}>` where it cannot be{f', within `<{parent}>`' if parent else ''}.",
                (f"<{tag}",),
            )
        if tag == "a" and "a" in dict(self.open):
            yield "has a link within a link.", ("<a",)
        yield from _attributes(root, tag, token["attributes"], self.prose)
        if tag not in allowed.VOID and not (
            token["empty"] and root != "html"
        ):  # in HTML a `/` means nothing
            self.open.append((tag, place))

    def _end(self, tag: str, place: int) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Close an element, and with the empty tag all that end by themselves."""
        if self.unbalanced or tag in self.refused:  # as browsers go on
            names = [name for name, _ in self.open]
            if tag in names:
                del self.open[len(names) - 1 - names[::-1].index(tag) :]
            return
        while self.open and self.open[-1][0] != tag and self.open[-1][0] in allowed.ENDS_BY_ITSELF:
            self.open.pop()
        last, opened = self.open.pop() if self.open else ("", 0)
        self.unbalanced = last != tag
        if last not in ("", tag):
            yield (
                opened,
                f"does not close `<{last}>`; close it, or write `&lt;` for a `<`.",
                (f"<{last}",),
            )
        elif last != tag:
            message = f"closes `</{tag}>`, which is not open; what follows would leave its place."
            yield place, message, (f"</{tag}",)


def _unread(text: str) -> tuple[str, tuple[str, ...]]:
    """What to say of a `<` that begins nothing that all browsers read alike."""
    tag = re.match(r"</?\w*", text)[0]
    if re.fullmatch(r"(?is)<!--.*|<style", tag) or text.startswith("<!--") or ">" not in text:
        return (
            "has a comment, a tag or a style sheet without an end, which would swallow what follows.",
            (tag,),
        )
    return (
        f"has `{text.partition('>')[0]}>`, which browsers read in different ways; write `&lt;` for a `<`.",
        (tag,),
    )


@lru_cache(maxsize=10_000)
def _attributes(
    root: str, tag: str, written: str, prose: bool
) -> list[tuple[str, tuple[str, ...]]]:
    """What is wrong with the attributes of a start tag; as pages repeat them, each is read once."""
    diagnostics, names = [], set()
    for match in _ATTRIBUTE.finditer(written):
        name = match[1].lower()
        value = _decoded(next((group for group in match.groups()[1:] if group is not None), ""))
        if name in names:
            diagnostics.append((f"has `{name}` twice in `<{tag}>`.", (name,)))
        names.add(name)
        if not (prose and name == "markdown") and (
            diagnostic := _value_diagnostic(root, tag, name, value)
        ):
            diagnostics.append(
                (diagnostic, (value, value.partition("#")[0], f"{name}=", f"<{tag}", name))
            )
    return diagnostics


def _value_diagnostic(root: str, tag: str, name: str, value: str) -> str:
    """What is wrong with an attribute; empty if nothing is."""
    kind, where = allowed.rule(root, tag, name), f"in `{name}` of `<{tag}>`"
    if kind is None:
        return f"has `{name}` in `<{tag}>`, {_NOWHERE}."
    if kind in (allowed.LINK, allowed.PICTURE):
        return _address_diagnostic(value, picture=kind == allowed.PICTURE)
    if kind in (allowed.STYLE, allowed.PART):
        try:
            if kind == allowed.PART:
                check_value(value)
            else:
                check_declarations(
                    value, drawing=root == "svg" and tag != "svg", least=-1 if root == "math" else 0
                )
        except (StyleError, RecursionError) as error:
            return f"has `{error}` {where}, {_NOWHERE}."
        return ""
    return "" if kind.fullmatch(value) else f"has `{value[:60]}` {where}, {_NOWHERE}."


def _address_diagnostic(value: str, *, picture: bool) -> str:
    """What is wrong with an address, read as browsers do: without white space around it, and line breaks in it."""
    address = re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33))))
    scheme = _SCHEME.match(address)
    if picture and _DATA.fullmatch(address):
        return ""
    if (
        "\\" in address
        or _CONTROL.search(address)
        or (scheme and scheme[1].lower() not in _SCHEMES)
    ):
        form = "give http, https, mailto, or the way to a page or a file of the site"
        return f"leads to `{address[:60]}`, {_NOWHERE}; {form}."
    if picture and (scheme or address.startswith("//")):
        return (
            f"loads `{value[:60]}` from elsewhere; keep a copy beside the tutorial, or link to it."
        )
    return ""


def _decoded(value: str) -> str:
    """The value of an attribute, its entities read as browsers read them there."""

    def read(entity: re.Match) -> str:
        return (
            html.unescape(entity[0])
            if entity[1].startswith("#")
            else html5.get(entity[1], entity[0])
        )

    return _ENTITY.sub(read, value)
