"""The terms of the glossary, and links to them from the first use of each in the prose of a page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publishing.cells import Tutorial
from publishing.links import CODE
from publishing.source import Problem, SourceError, read_source

MOST = 15

_HEADING = re.compile(r'## (?P<name>[^{]*[^{\s])\s+\{ #(?P<anchor>[a-z-]+)(?: data-forms="(?P<forms>[^"]*)")? \}')
_TAUGHT = re.compile(r"\]\(tutorials/(?P<tutorial>[\w/]+)\.ipynb#")
# What is no prose, in the Markdown of a page: its mathematics is MathML already.
_KEPT = (
    rf"{CODE}"
    r"|^ {0,3}#.*?$"
    r"|^[^\n]+\n {0,3}(?:=+|-+) *$"  # a heading that is underlined
    r"|^ *\[[^\]\n]+\]:.*?$"
    r"|!?\[(?:[^\[\]]|\[[^\]]*\])*\](?:\([^)]*\)|\[[^\]]*\])"
    r"|<!--.*?-->"
    r"|<(?P<tag>math|summary|a|code|pre|script|style|svg|h[1-6])\b.*?</(?P=tag)>"
    r'|<p class="admonition-title">.*?</p>'
    r"|</?[a-zA-Z][^>]*>"
    r"|<?https?://\S+"
)


@dataclass(frozen=True)
class Term:
    """A term of the glossary.

    Attributes:
      anchor: its place on the page.
      forms: the words that mean it, in lower case; none for a term that pages do not link.
      taught: the names of the tutorials that its entry leads to, in order. Their pages explain it, and do not link it.
    """

    anchor: str
    forms: tuple[str, ...]
    taught: tuple[str, ...]


class Glossary:
    """The terms of a page of Markdown: headings `## Leaf { #leaf data-forms="leaf, leaves" }` with text below.

    Without `data-forms`, a term has the form of its heading only.

    Args:
      path: the page; without it there are no terms.

    Raises:
      SourceError: for a heading of another form, or two terms with one form.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.terms = _read(path) if path.is_file() else []

    def linking(self, tutorial: Tutorial, link: Callable[[str], str]) -> Callable[[str], str]:
        """A function that links the first use of each term in the Markdown of one page, given cell by cell.

        Args:
          tutorial: whose page it is.
          link: what a link of its author's becomes on the page.
        """
        target = link(posixpath.relpath(self.path.as_posix(), tutorial.path.parent.as_posix()))
        left = {form: term.anchor for term in self.terms if tutorial.name not in term.taught for form in term.forms}
        if not left:
            return str
        words = "|".join(map(_pattern, sorted(left, key=len, reverse=True)))
        pattern = re.compile(
            rf"(?:{_KEPT})|(?<![\w-])(?P<word>{words})(?![\w-])", re.MULTILINE | re.DOTALL | re.IGNORECASE
        )
        linked: set[str] = set()

        def one(match: re.Match) -> str:
            word = match["word"]
            anchor = left[" ".join(word.lower().split())] if word else ""
            if not word or anchor in linked or len(linked) == MOST:
                return match[0]
            linked.add(anchor)
            return f"[{word}]({target}#{anchor})"

        return lambda markdown: pattern.sub(one, markdown)


def _pattern(form: str) -> str:
    """A form of several words may be broken over two lines."""
    return r"(?:[ \t]+|[ \t]*\n[ \t]*)".join(map(re.escape, form.split()))


def _read(path: Path) -> list[Term]:
    terms: list[Term] = []
    problems = []
    forms: dict[str, str] = {}
    for number, line in enumerate(read_source(path).split("\n"), 1):
        if line.startswith("## "):
            found = _HEADING.fullmatch(line.rstrip())
            if not found:
                message = (
                    'write a term as `## Leaf { #leaf data-forms="leaf, leaves" }`, with an empty text for no links.'
                )
                problems.append(Problem(path, number, message))
                continue
            written = found["name"] if found["forms"] is None else found["forms"]
            own = tuple(" ".join(form.lower().split()) for form in written.split(",") if form.strip())
            problems += [
                Problem(path, number, f"`{form}` means {forms[form]} already; a form belongs to one term.")
                for form in own
                if form in forms
            ]
            forms |= dict.fromkeys(own, found["name"])
            terms.append(Term(found["anchor"], own, ()))
        elif terms:
            taught = (*terms[-1].taught, *_TAUGHT.findall(line))
            terms[-1] = Term(terms[-1].anchor, terms[-1].forms, taught)
    if problems:
        raise SourceError(*problems)
    return terms
