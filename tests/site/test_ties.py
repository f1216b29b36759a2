"""Drawings are tied to code: what each part is of is above it, and both light each other."""

import gzip
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, Tag
from pages import EXECUTED, soup, wait_until

PAGE = "tutorials/jax/gradients/"  # its drawing has a jaxpr above it
# Pages whose mechanism a reader walks through.
WALKED = {
    f"tutorials/{name}/"
    for name in (
        "jax/gradients",
        "jax/batching",
        "jax/compilation",
        "haiku/transform",
        "haiku/state",
        "haiku/compiled_training",
        "networks/transformer",
    )
}
LIT = "[...CSS.highlights.get('tie')].map(range => range.toString())"

pytestmark = pytest.mark.xdist_group("ties")


class Drawing(NamedTuple):
    """A figure, the text of its SVG, how many parts it has, and the code of those with ties."""

    figure: Tag
    svg: str
    parts: int
    codes: dict[int, str]


def drawings(folder: Path) -> list[Drawing]:
    """The drawings of a page that are tied to code."""
    found = []
    for figure in soup(folder).select("figure[data-ties]"):
        svg = (folder / Path(figure.img["src"]).name).read_text()
        ids = re.findall(r' id="((?:of|part)-\d+-\d+[^"]*)"', svg)
        assert len(ids) == len(set(ids))
        parts = {name.split("-")[1] for name in ids}
        named = (re.fullmatch(r"of-(\d+)-0-(.+)", name) for name in ids)
        codes = {int(name[1]): unquote(name[2]) for name in named if name}
        found.append(Drawing(figure, svg, len(parts), dict(sorted(codes.items()))))
    return found


def has(text: str, piece: str) -> bool:
    """Whether a text has a piece, not within a word, as ties.js looks for it."""
    start, end = (r"\b" * bool(re.match(r"\w", sign)) for sign in (piece[0], piece[-1]))
    return bool(re.search(start + re.escape(piece) + end, text))


def missing(drawing: Drawing) -> list[str]:
    """The pieces of code that no listing, or no output, above a drawing has."""
    above: tuple[list[str], list[str]] = [], []
    for block in drawing.figure.find_all_previous(["code", "pre"]):
        if block.find_parent("details"):
            continue
        if block.name == "code" and block.find_parent(class_="highlight"):
            above[0].append(block.get_text())
        if block.name == "pre" and block.find_parent(class_="output"):
            above[1].append(block.get_text())
    pieces = {
        (piece, min(place, 1))
        for code in drawing.codes.values()
        for place, piece in enumerate(code.split(" | "))
    }
    return [piece for piece, kind in pieces if not any(has(text, piece) for text in above[kind])]


def test_what_a_part_is_of_is_in_a_listing_and_its_equation_in_an_output_above_it(site):
    wrong = {
        f"{path}{drawing.figure.img['src']}": pieces
        for path in EXECUTED
        for drawing in drawings(site / path)
        if (pieces := missing(drawing))
    }
    assert wrong == {}


def test_nine_of_ten_parts_of_a_tied_drawing_have_a_tie_and_the_mechanisms_are_tied(site):
    shares = {
        (path, drawing.figure.img["src"]): len(drawing.codes) / drawing.parts
        for path in EXECUTED
        for drawing in drawings(site / path)
    }
    assert {path for path, _ in shares} >= WALKED
    assert {drawing: share for drawing, share in shares.items() if share < 0.9} == {}


def test_ties_take_at_most_four_kilobytes_of_a_page(site):
    program = gzip.compress((site / "assets/ties.js").read_bytes())
    weights = {}
    for path in EXECUTED:
        more = 0
        for drawing in drawings(site / path):
            without = re.sub(r' id="of-(\d+-\d+)[^"]*"', r' id="patch_\1"', drawing.svg)
            more += len(gzip.compress(drawing.svg.encode())) - len(gzip.compress(without.encode()))
        weights[path] = len(program) + more
    assert {path: weight for path, weight in weights.items() if weight > 4096} == {}


def test_a_piece_within_a_word_is_another():
    assert has("y = net(x)", "net(x)")
    assert has("f(x)[0]", "(x)")
    assert not has("subnet(x)", "net(x)")
    assert not has("linear_1", "linear")
    page = BeautifulSoup("<pre>", "html.parser")
    assert missing(Drawing(page.pre, "", 1, {1: "x | y"})) in (["x", "y"], ["y", "x"])


@pytest.fixture
def drawing(light, address):
    """The first drawing of the page, with its steps."""
    light.goto(address + PAGE)
    figure = light.locator("[data-ties]").first
    figure.scroll_into_view_if_needed()
    figure.locator(".steps").wait_for()
    figure.locator("button").last.scroll_into_view_if_needed()
    return figure


def lit(drawing) -> set[str]:
    """The words and numbers of the parts that are lit."""
    groups = drawing.locator(".tied .lit")
    return set(groups.evaluate_all("all => all.map(group => group.textContent.trim())")) - {""}


def said(drawing) -> str:
    return drawing.get_by_role("status").inner_text()


def point_at(drawing, text: str) -> None:
    drawing.page.mouse.move(0, 0)
    box = drawing.locator(".tied text", has_text=re.compile(rf"^\s*{text}\s*$")).bounding_box()
    drawing.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_pointing_at_a_part_lights_its_line_and_its_equation(drawing):
    assert said(drawing) == "7 parts, each with its code"
    point_at(drawing, "squares")
    assert lit(drawing) == {"square", "squares", "1", "4", "9", "16"}
    pieces = drawing.page.evaluate(LIT)
    assert set(pieces) == {"x**2", "b:f32[4] = integer_pow[y=2] a"}
    assert said(drawing).startswith("2 of 7: x**2")
    drawing.page.mouse.move(0, 0)
    assert lit(drawing) == set()
    assert drawing.page.evaluate(LIT) == []


# Where the page has the equation of the gradient.
EQUATION = """() => {
    const pre = [...document.querySelectorAll(".output pre")]
        .find(pre => pre.textContent.includes("e:f32[4] = mul d c"));
    const range = document.createRange(), text = pre.firstChild;
    range.setStart(text, text.data.indexOf("e:f32[4] = mul d c") + 2);
    range.setEnd(text, range.startOffset + 3);
    const { left, top, height } = range.getBoundingClientRect();
    return [left + 3, top + height / 2];
}"""


def test_pointing_at_an_equation_lights_its_part(drawing):
    drawing.page.mouse.move(*drawing.page.evaluate(EQUATION))
    assert lit(drawing) == {"times c", "gradient", "2", "4", "6", "8"}


def test_a_touch_of_a_part_or_of_its_equation_lights_both_until_the_next(new_page, address):
    page = new_page(390, has_touch=True)
    page.goto(address + PAGE)
    drawing = page.locator("[data-ties]").first
    drawing.scroll_into_view_if_needed()
    drawing.get_by_role("button", name="Next part").scroll_into_view_if_needed()
    drawing.locator(".tied text", has_text="squares").tap(force=True)
    assert "squares" in lit(drawing)
    assert "x**2" in page.evaluate(LIT)
    page.locator(".output pre", has_text="e:f32[4] = mul d c").scroll_into_view_if_needed()
    page.touchscreen.tap(*page.evaluate(EQUATION))
    assert "times c" in lit(drawing)
    assert "e:f32[4] = mul d c" in page.evaluate(LIT)


def test_the_keyboard_walks_a_drawing_in_one_stop(drawing):
    slider = drawing.get_by_role("slider", name="Parts of the drawing")
    slider.focus()
    for key, place in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", 7),
        ("ArrowRight", 0),
        ("ArrowLeft", 7),
        ("Home", 1),
        ("Escape", 0),
    ):
        drawing.page.keyboard.press(key)
        assert slider.get_attribute("aria-valuenow") == str(place)
        assert bool(lit(drawing)) == bool(place)
        assert slider.get_attribute("aria-valuetext") == drawing.locator(".steps").evaluate(
            "steps => steps.lastChild.textContent"
        )
    drawing.page.keyboard.press("Tab")
    assert drawing.get_by_role("button", name="Previous part").evaluate(
        "button => button === document.activeElement"
    )


def test_the_buttons_walk_from_the_first_part_to_the_last_and_then_show_the_whole(drawing):
    forward = drawing.get_by_role("button", name="Next part")
    told = []
    for _ in range(8):
        forward.click()
        told.append(said(drawing).partition(":")[0])
    assert told == [*(f"{place} of 7" for place in range(1, 8)), "7 parts, each with its code"]
    drawing.get_by_role("button", name="Previous part").click()
    assert said(drawing).startswith("7 of 7")
    assert forward.bounding_box()["height"] >= 26
    assert drawing.get_by_role("status").get_attribute("aria-live") == "polite"


def test_a_click_keeps_a_part_lit_and_one_beside_all_parts_enlarges_the_figure(drawing):
    point_at(drawing, "squares")
    drawing.page.mouse.down()
    drawing.page.mouse.up()
    drawing.page.mouse.move(0, 0)
    assert "squares" in lit(drawing)
    box = drawing.locator("div.tied").last.bounding_box()
    drawing.page.mouse.click(box["x"] + 3, box["y"] + box["height"] - 3)
    assert drawing.locator("[popover]").is_visible()


def test_a_drawing_says_what_is_seen_once_and_has_one_stop(drawing):
    seen = drawing.locator("img").first.get_attribute("alt")
    tree = drawing.aria_snapshot()
    assert tree.count(f'img "{seen}"') == tree.count("- slider") == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_a_drawing_is_tied(new_page, address, width):
    heights = []
    for script in (False, True):
        page = new_page(width)
        if not script:
            page.route("**/assets/ties.js", lambda route: route.abort())
        page.goto(address + PAGE)
        figure = page.locator("[data-ties]").first
        image = figure.locator("> img").bounding_box()
        figure.scroll_into_view_if_needed()
        if script:
            figure.locator(".steps").wait_for()
            drawn = figure.locator("div.tied").last.bounding_box()
            assert drawn["width"] == pytest.approx(image["width"], abs=1)
            assert drawn["height"] == pytest.approx(image["height"], abs=1)
            assert page.evaluate("document.documentElement.scrollWidth") == width
        heights.append(figure.bounding_box()["height"])
    for _ in range(7):  # however long the code of a part is
        figure.get_by_role("button", name="Next part").click()
        heights.append(figure.bounding_box()["height"])
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert heights == pytest.approx([heights[0]] * len(heights), abs=1)


def test_without_scripts_and_in_print_the_finished_drawing_is_there(new_page, address, drawing):
    without = new_page(java_script_enabled=False)
    without.goto(address + PAGE)
    drawing.page.emulate_media(media="print")
    for figure in (without.locator("[data-ties]").first, drawing):
        assert figure.locator("> img").is_visible()
        assert not figure.locator(".steps").is_visible()
        assert not figure.locator(".tied").first.is_visible()


@pytest.mark.parametrize("path", sorted(WALKED - {PAGE}))
def test_all_steps_of_a_page_light_something_in_its_code(light, address, path):
    light.set_viewport_size({"width": 390, "height": 900})
    light.goto(address + path)
    for figure in light.locator("[data-ties]").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".steps").wait_for()
        slider = figure.get_by_role("slider")
        for _ in range(int(slider.get_attribute("aria-valuemax"))):
            slider.press("ArrowRight")
            assert figure.locator(".tied .lit").count()
            assert light.evaluate(LIT), said(figure)
            assert figure.bounding_box()["width"] <= 390
        slider.press("Escape")
    wait_until(light, "[...CSS.highlights.get('tie')].length == 0")
