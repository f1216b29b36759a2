"""What `haiku-port read` knows of the course is what the pages say."""

import csv
import re

import pytest
from answers import ROOT, lessons
from course_index import FILE, all_parts, order, sentences, written

from snippets.porting.read.course import course

CHANGED = "the pages have changed: run `uv run python tests/tutorials/course_index.py`"
LINK = re.compile(r"\]\((?:\.\./(\w+/\w+)\.py)?#([\w-]+)\)")

pytestmark = pytest.mark.xdist_group("look_up/names")


def test_the_file_is_the_one_that_the_script_writes():
    assert FILE.read_text(encoding="utf-8") == written(), CHANGED


def test_links_between_pages_lead_to_sections_that_the_file_has():
    known = course().sections
    links = [
        (match[1] or name, match[2])
        for name in lessons()
        for match in LINK.finditer((ROOT / f"tutorials/{name}.py").read_text())
    ]
    assert len(links) > 100
    assert [link for link in links if link not in known] == []


def test_pages_are_in_the_order_of_the_navigation():
    with FILE.open(encoding="utf-8", newline="") as file:
        pages = [row["page"] for row in csv.DictReader(file) if row["kind"] == "section"]
    assert list(dict.fromkeys(pages)) == order(), CHANGED


def test_a_section_takes_no_longer_than_its_page():
    pages = {part.page: part.minutes for part in all_parts() if not part.anchor}
    assert all(part.minutes <= pages[part.page] for part in all_parts())


def test_sentences_are_prose():
    prose = (
        "3 files, 2 repositories. Taught.\n\nTurns [`f`](../a.py) into two functions.\n\n- a list"
    )
    assert sentences(prose) == ["Turns `f` into two functions."]


def test_names_of_haiku_have_the_sentence_of_their_entry():
    for name, text in (
        ("haiku.transparent", "A decorator for a method"),
        ("haiku.get_parameter", "Makes a parameter of the current module at `init`"),
    ):
        assert course().explain("name", name).text.startswith(text)
