"""Sentences that promise a behaviour: a hidden cell of their section tries them.

A sentence with a strict word is in a section with a cell that has a `claim`, or in the list of
those that promise nothing of JAX or Haiku, `unclaimed/<folder>.yml`: by page, the first words of
the sentence and the reason.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
import yaml
from answers import ROOT

from publishing.read.cells import Tutorial
from publishing.read.diagnostic import join
from publishing.read.percent import read_tutorials
from publishing.read.prose import fenced, replace_choices

PAGES = {page.name: page for page in read_tutorials(ROOT / "tutorials")}
STRICT = re.compile(r"\b(every|always|never|cannot|refuses?)\b", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?:])[)*]*\s+(?=[A-Z`*(\[])|\n\s*\n|\n\s*(?=[-|] )")
REASONS = {
    "definition",
    "history",
    "plans of others",
    "about this course",
    "this example",
    "advice",
    "as above",
}


@cache
def unclaimed() -> dict[str, dict[str, str]]:
    """By page, the first words of sentences without a claim, and why."""
    lists = [
        yaml.safe_load(file.read_text("utf-8")) or {}
        for file in sorted((ROOT / "tests/tutorials/unclaimed").glob("*.yml"))
    ]
    return {page: entries for each in lists for page, entries in each.items()}


def sections(page: Tutorial) -> Iterator[tuple[list[str], bool]]:
    """Of each section its strict sentences, and whether a cell in it has a claim."""
    sentences: list[str] = []
    claimed = False
    for cell in page.cells:
        if cell.code:
            claimed = claimed or cell.claim is not None
            continue
        for number, line in enumerate(re.split(r"^(?=##)", join(cell.lines), flags=re.MULTILINE)):
            if number or line.startswith("##"):
                yield sentences, claimed
                sentences, claimed = [], False
            sentences += strict(line)
    yield sentences, claimed


def strict(markdown: str) -> Iterator[str]:
    """The sentences of a text with a strict word, outside code and what is to choose."""
    markdown = replace_choices(lambda *_: "", markdown)
    hidden = fenced(markdown)
    lines = [line for number, line in enumerate(markdown.split("\n")) if number not in hidden]
    for sentence in _END.split("\n".join(lines)):
        if STRICT.search(re.sub(r"`[^`]*`", "", sentence)):
            yield " ".join(sentence.split()).lstrip("-#> ")


@pytest.mark.parametrize("name", PAGES)
def test_a_strict_sentence_is_tried_or_listed(name):
    listed = unclaimed().get(name, {})
    without = [
        sentence for each, claimed in sections(PAGES[name]) if not claimed for sentence in each
    ]
    missing = [sentence for sentence in without if not sentence.startswith(tuple(listed))]
    assert not missing, (
        "give the section a claim, or list the sentence in tests/tutorials/unclaimed:\n"
        + "\n".join(missing)
    )
    unused = [first for first in listed if not any(each.startswith(first) for each in without)]
    assert not unused, f"{name} has no such sentence without a claim"


def test_each_reason_is_known():
    for page, entries in unclaimed().items():
        assert page in PAGES
        for first, reason in entries.items():
            assert reason in REASONS, f"{page}: {first}"


@pytest.mark.parametrize("name", PAGES)
def test_the_code_of_a_claim_asserts(name):
    for cell in PAGES[name].cells:
        if cell.claim is not None:
            assert len(cell.claim) <= 320, f"line {cell.number}: shorten the claim"
            assert cell.claim.endswith("."), f"line {cell.number}: a claim is a sentence"
            tree = ast.parse(join(cell.lines))
            assert any(map(_asserts, ast.walk(tree))), f"line {cell.number} asserts nothing"


def _asserts(node: ast.AST) -> bool:
    """Whether a node asserts: by statement, or by a function that is called so."""
    called = node.func if isinstance(node, ast.Call) else None
    name = getattr(called, "attr", getattr(called, "id", ""))
    return isinstance(node, ast.Assert) or "assert" in name or name.startswith("check")
