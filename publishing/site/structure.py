"""Extensions of Python-Markdown that look at a page: its lists, its code in one piece, its HTML when all is made."""

import html
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from publishing.read.diagnostic import PageError
from publishing.read.markup import html_diagnostic

_COMMONMARK = MarkdownIt("commonmark")  # what notebooks are shown by
_ADVICE = "leave a blank line before a list, indent by four spaces what belongs to an item, and write `1.`, not `1)`"
_FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_TORN = re.compile(r"<pre\b(?:(?!</pre>).)*?</?p\b[^>]*>\s*(?P<next>[^\n]*)", re.DOTALL)


class StructureError(PageError):
    """A page has another structure than its author wrote; `line` is the author's line where it begins."""

    def __init__(self, what: str, line: str) -> None:
        super().__init__(what, [line, line[:20]])
        self.line = line


class Structure(Extension):
    """Reads lists as notebooks do, by `sane_lists`; where that fails, or code is torn, a StructureError is raised."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Read the source before all others, see the lists once all blocks are read, and the page at the end."""
        md.registerExtensions(["sane_lists"], {})
        source = _Source(md)
        md.preprocessors.register(source, "structure-source", 1000)
        md.treeprocessors.register(_Lists(md, source), "structure-lists", 1000)
        md.postprocessors.register(_Code(md), "structure-code", -1000)


class _List(NamedTuple):
    tag: str
    start: int
    items: int

    def __str__(self) -> str:
        kind = f"numbered from {self.start}" if self.tag == "ol" else "without numbers"
        return f"a list of {self.items} item{'s' * (self.items != 1)} {kind}"


class _Source(Preprocessor):
    """Keeps the text of a page, in which formulas have no lines that look like items."""

    def run(self, lines: list[str]) -> list[str]:
        self.text = _FORMULA.sub(
            lambda formula: re.sub(r"[^\n]", "$", formula[0]), "\n".join(lines)
        )
        return lines


class _Lists(Treeprocessor):
    """Compares the lists of a page with those that CommonMark reads in its text; extensions may have made others."""

    def __init__(self, md: Markdown, source: _Source) -> None:
        super().__init__(md)
        self.source = source

    def run(self, root: Element) -> None:
        shown = [_of(element) for element in root.iter() if element.tag in ("ol", "ul")]
        expected = list(_commonmark_lists(self.source.text))
        rest = iter(shown)
        if all(one in rest for one, _ in expected):
            return
        steps = SequenceMatcher(
            a=[one for one, _ in expected], b=shown, autojunk=False
        ).get_opcodes()
        kind, place, _, other, _ = next(step for step in steps if step[0] in ("delete", "replace"))
        wanted, line = expected[place]
        found = f", on the page {shown[other]}" if kind == "replace" else ""
        raise StructureError(f"this is {wanted} in a notebook{found}: {_ADVICE}.", line)


def _of(element: Element) -> _List:
    start = element.get("start", "1") if element.tag == "ol" else "1"
    return _List(element.tag, int(start), len(element.findall("li")))


def _commonmark_lists(text: str) -> Iterator[tuple[_List, str]]:
    """The lists that CommonMark reads in a text, and the line with which each begins."""
    lines = text.split("\n")
    for node in SyntaxTreeNode(_COMMONMARK.parse(text)).walk():
        if node.type in ("ordered_list", "bullet_list"):
            tag = {"ordered_list": "ol", "bullet_list": "ul"}[node.type]
            yield (
                _List(tag, int(node.attrs.get("start", 1)), len(node.children)),
                lines[node.map[0]],
            )


class _Code(Postprocessor):
    """Refuses a paragraph within preformatted text, which lies over the rest and is not copied with it.

    Line breaks that Markdown was not to see become such again: a page is lighter for it.
    """

    def run(self, text: str) -> str:
        if torn := _TORN.search(text):
            line = html.unescape(re.sub(r"<[^>]*>", "", torn["next"]))
            raise StructureError(
                "Markdown makes a paragraph of a part of a `<pre>`; write code in a fence, ```.",
                line,
            )
        return text.replace("&#10;", "\n")


class Finished(Extension):
    """Raises a PageError for a page that holds what no page may hold, whatever the author wrote it in."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after all that puts HTML into the text."""
        md.postprocessors.register(_Checked(md), "finished", -2000)


class _Checked(Postprocessor):
    def run(self, text: str) -> str:
        if diagnostic := html_diagnostic(text, page=True):
            raise PageError(f"the page {diagnostic.message}", diagnostic.texts)
        return text
