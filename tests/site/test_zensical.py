"""The same pages under both generators: their words are the same; what else differs is in zensical.yml."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from generators import BUILD, REASONS
from pages import PAGES

pytestmark = pytest.mark.xdist_group("zensical")


STRAIGHT = str.maketrans(
    "\u2018\u2019\u201c\u201d", "''\"\""
)  # as authors write them, and MkDocs' pages do not
# What the report tells of its own build: the second of two keeps the records that the first has made.
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


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_words_under_both_generators(page, built):
    pages = (str(Words(built(generator) / page / "index.html")) for generator in BUILD)
    one, *others = (
        OF_THE_BUILD.sub("", text).split() if page == "report/" else text.split() for text in pages
    )
    assert len(one) > 10
    for other in others:
        assert one == other


@pytest.mark.parametrize("test", REASONS)
def test_what_zensical_cannot_do_is_said_of_tests_that_there_are(test):
    file, name = re.fullmatch(r"(test_\w+\.py)::(test_\w+)(?:\[.+\])?", test).groups()
    assert f"def {name}(" in Path(__file__).with_name(file).read_text(encoding="utf-8")
