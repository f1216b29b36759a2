"""The same pages under both generators: their words are the same."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from generators import BUILD
from pages import PAGES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zensical")]


# As authors write them; MkDocs' pages have curled ones.
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
# What the report tells of its own build: the second of two keeps the records of the first.
OF_THE_BUILD = re.compile(r"This build ran .*? of earlier runs\.|\b(run|kept)(?= \w+ \d{4}-)")


class Words(HTMLParser):
    """The words of a page's article: prose, code, outputs, formulas."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.inside, self.silent, self.text = False, 0, ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "article"
        self.silent += tag in ("script", "style", "button")

    def handle_endtag(self, tag):
        self.inside &= tag != "article"
        self.silent -= tag in ("script", "style", "button")

    def handle_data(self, data):
        self.text += data if self.inside and not self.silent else ""

    def __str__(self) -> str:
        return " ".join(self.text.replace("¶", " ").translate(STRAIGHT).split())


def words(site: Path, page: str) -> list[str]:
    """The words of a page, without what tells of its own build."""
    text = str(Words(site / page / "index.html"))
    return OF_THE_BUILD.sub("", text).split() if page == "report/" else text.split()


def test_a_page_has_the_same_words_under_both_generators(built):
    pages = [page for page in PAGES if page != "your-file/"]  # whose field MkDocs alone brings
    one, other = ({page: words(built(generator), page) for page in pages} for generator in BUILD)
    assert min(map(len, one.values())) > 10
    assert {page: other[page] for page in pages if one[page] != other[page]} == {}
