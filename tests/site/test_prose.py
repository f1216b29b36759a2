"""How the prose of all pages is set: its quotation marks, its percentages."""

import re
from collections.abc import Iterator

import pytest
from bs4 import Comment, Tag
from pages import PAGES, soup

pytestmark = pytest.mark.xdist_group("prose")

NO_PROSE = {"code", "kbd", "math", "pre", "script", "style", "svg", "textarea"}


def prose(page: Tag) -> Iterator[str]:
    """The texts of a page outside of code, formulas and what cells gave."""
    for part in page.children:
        if not isinstance(part, Tag):
            yield from [] if isinstance(part, Comment) else [str(part)]
        elif part.name not in NO_PROSE and "output" not in part.get("class", ()):
            yield from prose(part)


# Zensical does not run our plugin, which sets the marks; zensical.yml says so of `test_there_are_marks_to_be_set`. Here
# a page without any would pass.
@pytest.mark.parametrize("site", ["mkdocs"], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_no_mark_of_prose_is_straight(site, path):
    # The contents show code of headings as plain text: its marks stay.
    straight = [text for text in prose(soup(site / path).article) if re.search("['\"]", text)]
    assert straight == []


@pytest.mark.parametrize("path", PAGES)
def test_no_mark_of_code_is_curled(site, path):
    code = " ".join(part.get_text() for part in soup(site / path).body.find_all(["pre", "code"]))
    assert re.findall("[\u2018\u2019\u201c\u201d]", code) == []


def test_there_are_marks_to_be_set(site):
    text = " ".join(part for path in PAGES for part in prose(soup(site / path).article))
    assert text.count("\u2019") > 100
    assert text.count("\u201c") == text.count("\u201d") > 30
    assert not re.findall(r"\u2018(?:s|t|re|ve|ll)\b|\w\u201c\w|(?:^|\s)\u201d\w", text)


@pytest.mark.parametrize("path", PAGES)
def test_a_percentage_has_no_space(site, path):
    text = " ".join(prose(soup(site / path).article))
    assert re.findall(r"\d\s+%\S*", " ".join(text.split())) == []
