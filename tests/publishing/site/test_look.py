"""The look of a course, and what of it a course changes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from PIL.ImageColor import getrgb

from publishing.options import dress
from publishing.site.look import LOOK, has_other_letters, shades

COLOURS = ("#a03050", "#ffff00", "#000", "white", "orange", "#3f51b5", "rgb(0, 255, 0)", "#777")
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in getrgb(colour)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    less, more = sorted(map(luminance, (one, other)))
    return (more + 0.05) / (less + 0.05)


@pytest.mark.parametrize("accent", ["", *COLOURS])
def test_an_accent_can_be_read_on_the_page_and_on_code_in_both_palettes(accent):
    sheet = (LOOK / "assets/site.css").read_text(encoding="utf-8")
    for name in ("default", "code"):
        grounds = re.search(rf"--md-{name}-bg-color: light-dark\((#\w+), (#\w+)\)", sheet).groups()
        for shade, ground in zip(shades(accent), grounds, strict=True):
            assert contrast(shade, ground) >= 4.5


def test_a_shade_that_can_be_read_is_the_colour_itself():
    assert shades("#a03050")[0] == "#a03050"
    assert shades("orange")[1] == "#ffa500"


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Builds a site with the look; its folder."""

    def make(accent: str = "", files: dict[str, str] | None = None, **options: object) -> Path:
        for name, text in {"docs/index.md": "# Home\n", **(files or {})}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        theme = {"name": "material", **options.pop("theme", {})}
        settings = {"site_name": "A", "theme": theme, "plugins": [], **options}
        (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        config = load_config(str(tmp_path / "mkdocs.yml"))
        dress(config, shades(accent))
        build(config)
        return tmp_path / "site"

    return make


@pytest.mark.parametrize(
    ("title", "html", "has"),
    [
        ("Größe", "", True),
        ("Size", '<h2 id="a"><em>Łódź</em></h2>', True),
        ("Size", "<h1>Über</h1>\n<p>x</p>", True),
        ("Poincaré’s map, a “view”…", "<h2>2 ÷ 3 ¶</h2><p>Größe</p><h5>β</h5>", False),
    ],
)
def test_a_heading_with_letters_that_english_lacks_takes_the_whole_font(title, html, has):
    assert has_other_letters(title, html) is has


def icon_of(site: Path) -> str:
    return re.search('<link rel="icon" href="([^"]+)">', (site / "index.html").read_text())[1]


def test_a_course_that_says_nothing_has_the_look(made):
    site = made()
    page = (site / "index.html").read_text()
    assert 'href="assets/site.css"' in page
    assert "fonts.googleapis.com" not in page
    assert (site / "llms.txt").read_text().startswith("# A\n")
    light, dark = shades("")
    icon = (site / icon_of(site)).read_text()
    assert light in icon
    assert dark in icon


def test_files_and_options_of_a_course_come_before_those_of_the_look(made):
    site = made(
        "#a03050",
        {
            "docs/assets/site.css": "p { color: red }",
            "own/main.html": '{% extends "course.html" %}{% block content %}Mine{% endblock %}',
            "own/.icons/own/mark.svg": MARK,
        },
        theme={"custom_dir": "own", "icon": {"logo": "own/mark"}, "features": ["toc.integrate"]},
        extra_css=["assets/more.css"],
    )
    page = (site / "index.html").read_text()
    assert (site / "assets/site.css").read_text() == "p { color: red }"
    assert "Mine" in page
    assert re.findall(r'href="assets/(\w+)\.css"', page) == ["site", "more"]
    assert '"features": ["toc.integrate"]' in page
    assert MARK in page
    assert "#a03050" in (site / icon_of(site)).read_text()
    assert "M3 5h18" in page, "an icon that the course does not name is the look's"


def test_the_icon_of_a_page_is_the_logo_of_the_course(made):
    site = made(files={"docs/logo.svg": MARK}, theme={"logo": "logo.svg"})
    assert icon_of(site) == "logo.svg"


def test_a_course_without_a_page_of_exercises_or_a_start_has_no_links_to_them(made):
    text = "---\ncourse: true\nminutes: 5\nexercises: 1\naim: [a]\n---\n\n# One\n"
    nav = [{"Home": "index.md"}, {"Part": ["one.md"]}]
    site = made(files={"docs/one.md": text}, nav=nav, extra={"line": "a line"})
    page = (site / "one/index.html").read_text()
    assert "1 of 1" in page
    assert not re.search('href="[./]*(exercises|start)/', page)
