"""The routes through the course on the page `start`: what they promise to fit."""

import re
from collections.abc import Iterator

from answers import ROOT, lessons
from markdown.extensions.toc import slugify

from publishing.read.cells import Cell
from publishing.read.diagnostic import join
from publishing.site.summary import minutes_to_read

_LINK = re.compile(r"\(tutorials/([\w/]+)\.ipynb#([\w-]+)\)")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_OWN = 45  # minutes that a reader needs for the repository that the route is for
# These are looked up beside the route, and count no minutes.
_LOOKED_UP = {"look_up/names", "look_up/errors", "look_up/cheat_sheet"}
_SLOWER = 1.4  # how much longer a first reader may take than a page says


def route() -> list[tuple[str, str]]:
    """The sections of the route of two hours: the tutorial and the anchor of each."""
    page = (ROOT / "docs" / "start.md").read_text("utf-8")
    _, _, after = page.partition("**In two hours**")
    return _LINK.findall(after.partition("**In a week**")[0])


def section(tutorial: str, anchor: str) -> Iterator[Cell]:
    """The cells of a section; what is before its heading in the same cell counts, too."""
    inside = False
    for cell in lessons()[tutorial].solved.cells:
        if not cell.code and (found := _HEADING.findall(join(cell.lines))):
            inside = anchor in (slugify(heading, "-") for heading in found)
        if inside:
            yield cell


def minutes(tutorial: str, anchor: str) -> int:
    """For a section, its exercise counted as the page itself says."""
    cells = list(section(tutorial, anchor))
    exercise = sum(int(cell.minutes) for cell in cells if cell.exercise)
    return exercise or minutes_to_read(cells)


def test_the_route_of_two_hours_fits_into_two_hours():
    each = {place: minutes(*place) for place in route()}
    assert min(each.values()) > 0, each
    assert _SLOWER * sum(each.values()) + _OWN <= 120, each


def test_the_hours_of_a_route_are_of_the_pages_that_its_section_links_to():
    page = (ROOT / "docs" / "start.md").read_text("utf-8")
    sections = re.split(r"^#+ |^- ", page, flags=re.MULTILINE)
    routes = [section for section in sections if "<!-- build: hours" in section]
    assert len(routes) >= 7
    for section in routes:
        named = re.search(r"<!-- build: hours (.*?) -->", section)[1].split()
        counted = {name for name in lessons() if {name, name.partition("/")[0]} & {*named}}
        linked = set(re.findall(r"\(tutorials/([\w/]+)\.ipynb\)", section))
        missing = counted - linked
        assert not missing, f"docs/start.md counts {named}, and there does not link {missing}"
        assert counted == linked - _LOOKED_UP
