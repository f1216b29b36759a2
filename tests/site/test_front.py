"""The front page: its tiles, counts and hours are those of the navigation, in any course."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config
from pages import EXECUTED, PARTS, TUTORIALS, soup

from publishing.options import dress
from publishing.site.look import shades

pytestmark = pytest.mark.xdist_group("reader")

HOURS = re.compile(r"(\d+) (minutes|hours)")


def tiles(front: BeautifulSoup) -> dict[str, list[str]]:
    """The addresses of the tiles by the heading above them."""
    return {
        cards.find_previous("h3").find(string=True).strip(): [link["href"] for link in cards("a")]
        for cards in front.select(".cards")
    }


def minutes(site: Path, page: str) -> int:
    """How long a page takes, as it says beside its notebook."""
    said = soup(site / page).select_one(".run-it span").get_text()
    return sum(map(int, re.findall(r"(\d+) min\b", said)))


def test_each_page_of_a_part_has_a_tile_with_its_title_its_aim_and_a_picture(site):
    front = soup(site)
    assert tiles(front) == PARTS
    for tile in front.select(".cards li"):
        page = soup(site / tile.a["href"])
        assert tile.a.get_text() == page.h1.get_text().removesuffix("\u00b6").strip()
        assert 20 < len(tile.p.get_text()) < 200
        assert tile.p.get_text().endswith(".")
        assert tile.svg or (site / tile.img["src"]).exists()


def test_a_part_and_the_course_say_how_long_they_take(site):
    learned = {*TUTORIALS, *(page for page in EXECUTED if soup(site / page).select(".exercise"))}
    wanted = {
        title: sum(minutes(site, page) for page in learned.intersection(pages))
        for title, pages in PARTS.items()
    }
    front, all_ = soup(site), 0
    for head in front.select("h3:has(+ .cards)"):
        title, said = head.find(string=True).strip(), head.span.get_text()
        assert said.startswith(f"{len(PARTS[title])} page")
        if wanted[title]:
            assert int(HOURS.search(said)[1]) == round(wanted[title] / 60)
        else:
            assert not HOURS.search(said), "what is looked up takes no time"
        all_ += wanted[title]
    (line,) = front.find_all("p", string=re.compile("takes about"))
    assert int(HOURS.search(line.get_text())[1]) == round(all_ / 60)


# A course of plain pages under this look, with the front matter that the build gives a tutorial.
PAGE = """---
aim: [Use, " it <now>", .]
course: true
exercises: {exercises}
minutes: {minutes}
---

# A page, {name}
"""


@pytest.fixture
def course(tmp_path):
    """Builds a course with so many pages in each part; its front page, the first of each part."""

    def make(
        *sizes: int, minutes: int = 30, beside: Sequence[str] = ()
    ) -> tuple[BeautifulSoup, ...]:
        docs, nav = tmp_path / "docs", [{"Home": "index.md"}]
        docs.mkdir(exist_ok=True)
        (docs / "index.md").write_text('# Front\n\n<div class="course"></div>\n\nThe end.\n')
        for part, size in enumerate(sizes, 1):
            names = [f"{part}-{number}.md" for number in range(1, size + 1)]
            nav.append({f"Part {part}": names})
            for name in names:
                (docs / name).write_text(PAGE.format(name=name, minutes=minutes, exercises=2))
        if beside:
            nav.append({"About": [*beside]})
            for name in beside:
                text = "# Plain\n" if name == "plain.md" else PAGE
                (docs / name).write_text(text.format(name=name, minutes=minutes, exercises=2))
        config = {
            "site_name": "A course",
            "nav": nav,
            "theme": "material",
            "extra": {"repository": ""},
            "plugins": [],
            "markdown_extensions": ["md_in_html"],
        }
        file = tmp_path / "mkdocs.yml"
        file.write_text(yaml.safe_dump(config))
        config = load_config(str(file))
        dress(config, shades(""))
        build(config)
        pages = ("", *(f"{part}-1/" for part in range(1, len(sizes) + 1)))
        return tuple(
            BeautifulSoup((tmp_path / "site" / page / "index.html").read_text(), "html.parser")
            for page in pages
        )

    return make


@pytest.mark.parametrize("sizes", [(1,), (5, 7, 5, 7, 7), (5, 8, 5, 7, 7), (9, 1)])
def test_a_course_of_any_size_has_a_tile_for_each_page_and_a_piece_in_the_bar_of_each(
    course, sizes
):
    front, *pages = course(*sizes)
    assert [len(hrefs) for hrefs in tiles(front).values()] == [*sizes]
    assert front.select(".cards a")[-1]["href"] == f"{len(sizes)}-{sizes[-1]}/"
    for number, page in enumerate(pages, 1):
        assert [len(part.find_all("i")) for part in page.select(".where li")] == [*sizes]
        place = " ".join(page.select_one(".where p").get_text().split())
        assert place == f"Part {number} 1 of {sizes[number - 1]}"
    assert front.find(string=re.compile("The end")).find_previous(class_="cards")


def test_a_part_that_begins_with_another_page_is_not_of_the_course(course):
    front, page = course(2, beside=["plain.md", "2-1.md"])
    assert list(map(len, tiles(front).values())) == [2]
    assert len(page.select(".where li")) == 1


def test_a_course_of_minutes_has_no_hours_and_the_text_of_an_aim_is_text(course):
    front, _ = course(2, minutes=44)
    assert [span.get_text() for span in front.select("h3 > span")] == ["2 pages, 88 minutes"]
    front, _ = course(2, minutes=100)
    assert [span.get_text() for span in front.select("h3 > span")] == ["2 pages, 3 hours"]
    aim = front.select_one(".cards p")
    assert aim.decode_contents() == "Use<code> it &lt;now&gt;</code>."


@pytest.mark.parametrize("width", [1280, 800, 390, 320])
def test_the_button_that_goes_on_shows_every_title_whole_and_nothing_moves(
    new_page, address, width
):
    page = new_page(width)
    page.goto(address)
    box = page.locator(".begin").bounding_box()
    cut = page.evaluate(
        """() => {
        const button = document.querySelector(".begin");
        return [...document.querySelectorAll(".cards a")].filter(tile => {
            button.textContent = `Go on: ${tile.textContent}`;
            const {scrollWidth, clientWidth, scrollHeight, clientHeight} = button;
            return scrollWidth > clientWidth || scrollHeight > clientHeight
                || button.getBoundingClientRect().height > HEIGHT;
        }).map(tile => tile.textContent);
    }""".replace("HEIGHT", str(box["height"]))
    )
    assert cut == []
    page.context.close()


def test_every_door_has_a_name_that_says_where_it_leads_and_two_give_their_field_the_focus(
    light, address
):
    for door, role, name in (
        (0, "textbox", "Paste code, a notebook or an error"),
        (1, "searchbox", "Paste your error here"),
    ):
        light.goto(address)
        light.locator(".doors a").nth(door).click()
        field = light.get_by_role(role, name=name)
        field.wait_for()
        assert field.evaluate("field => field == document.activeElement")
        assert light.locator("h1").is_visible()


@pytest.mark.parametrize("width", [1280, 1000, 768, 390])
def test_no_tile_is_alone_in_the_last_row(new_page, address, width):
    page = new_page(width)
    page.goto(address)
    rows = page.evaluate("""() => [...document.querySelectorAll(".doors, .cards")].map(tiles =>
        [...Map.groupBy(tiles.children, tile => tile.offsetTop).values()]
            .map(row => row.length))""")
    assert len(rows) > 3
    assert [row for row in rows if row[-1] == 1 < row[0]] == []
    page.context.close()
