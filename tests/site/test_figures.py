"""Figures: a click enlarges them, without a script; their colours are seen on either ground."""

import io
import re

import pytest
from pages import wait_until
from PIL import Image

PAGE = "tutorials/jax/descent/"
FRAMES = "tutorials/haiku/regression/"  # has a cell tagged `frames`

pytestmark = pytest.mark.xdist_group("figures")


@pytest.fixture(scope="module")
def page(new_page, address):
    """A page with figures, just loaded."""
    page = new_page()
    page.goto(address + PAGE)
    return page


@pytest.fixture
def figure(page):
    """The first figure of the page, in view, not enlarged."""
    page.emulate_media(media="screen", color_scheme="light")
    page.evaluate("document.querySelector(':popover-open')?.hidePopover()")
    figure = page.locator("figure").first
    figure.scroll_into_view_if_needed()
    figure.locator("> img").evaluate("image => image.decode()")
    return figure


def test_nothing_moves_while_figures_load(page):
    heights = page.locator("figure").evaluate_all("all => all.map(figure => figure.offsetHeight)")
    for image in page.locator("figure > img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
    assert (
        page.locator("figure").evaluate_all("all => all.map(figure => figure.offsetHeight)")
        == heights
    )
    assert min(heights) > 100


def test_a_click_enlarges_a_figure_and_escape_closes_it(page, figure):
    inline = figure.locator("> img").bounding_box()
    enlarged = figure.locator("[popover]")
    assert not enlarged.is_visible()
    figure.get_by_role("button", name="Enlarge the figure").click()
    enlarged.locator("img").evaluate("image => image.decode()")
    box = enlarged.locator("img").bounding_box()
    assert box["width"] > 1.5 * inline["width"]
    assert box["height"] > 1.5 * inline["height"]
    assert enlarged.bounding_box()["height"] <= 900
    page.keyboard.press("Escape")
    assert not enlarged.is_visible()
    assert figure.locator("> button").evaluate("button => button === document.activeElement")


def test_the_keyboard_enlarges_a_figure_and_closes_it(page, figure):
    opener, closer = figure.locator("> button"), figure.get_by_role("button", name="Close")
    opener.evaluate("""button => {
        const all = [...document.querySelectorAll("a[href], button, summary")]
            .filter(element => element.checkVisibility());
        all[all.indexOf(button) - 1].focus();
    }""")
    for _ in range(3):  # what scrolls takes the focus too
        page.keyboard.press("Tab")
        if opener.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert closer.is_visible()
    page.keyboard.press("Tab")
    assert closer.evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    assert not closer.is_visible()
    assert opener.evaluate("button => button === document.activeElement")


def test_a_figure_is_described_once_for_who_does_not_see_it(page, figure):
    caption = figure.locator("figcaption").inner_text()
    said, tree = figure.locator("> img").get_attribute("alt"), figure.aria_snapshot()
    assert tree.startswith(f'- figure "{caption}"')
    assert tree.count(f'img "{said}"') == tree.count(said) == 1
    assert len(said.split()) >= 5
    assert "Enlarge the figure" in tree
    figure.locator("> button").click(position={"x": 5, "y": 5})
    assert f'img "{said}"' in figure.locator("[popover]").aria_snapshot()


def test_on_a_phone_the_enlarged_figure_is_larger_than_the_screen_and_scrolls(narrow, address):
    narrow.goto(address + PAGE)
    narrow.get_by_role("button", name="Enlarge the figure").first.click()
    enlarged = narrow.locator("[popover]:popover-open")
    assert enlarged.evaluate("element => element.getBoundingClientRect().right") <= 390
    assert enlarged.locator("img").bounding_box()["width"] > 600
    enlarged.evaluate("element => element.scrollTo(200, 0)")
    assert enlarged.evaluate("element => element.scrollLeft") == 200
    assert enlarged.get_by_role("button", name="Close").bounding_box()["x"] >= 0
    assert narrow.evaluate("document.documentElement.scrollWidth") == 390


def test_print_has_nothing_of_it(page, figure):
    figure.locator("> button").click()
    page.emulate_media(media="print")
    assert figure.locator("> img").is_visible()
    assert not figure.locator("> button").is_visible()
    assert not figure.locator("[popover]").is_visible()


@pytest.fixture
def frames(light, address):
    """Figures of one cell, of which a slider shows one."""
    light.goto(address + FRAMES)
    return light.locator(".frames")


def _seen(frames) -> list[str]:
    """The values of the figures that are seen."""
    return [
        one.get_attribute("data-frame")
        for one in frames.locator("> figure").all()
        if one.is_visible()
    ]


def test_arrow_keys_change_the_figure_that_is_seen_and_what_the_slider_says(light, frames):
    values = frames.locator("> figure").evaluate_all(
        "all => all.map(figure => figure.dataset.frame)"
    )
    assert len(set(values)) == len(values) >= 5
    caption = frames.locator("> figcaption").inner_text()
    slider = frames.get_by_role("slider", name="Choose a value")
    slider.focus()
    for key, place in (
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", len(values) - 1),
    ):
        light.keyboard.press(key)
        assert _seen(frames) == [values[place]]
        assert slider.get_attribute("aria-valuetext") == values[place]
        assert frames.locator("> p").inner_text() == values[place]
        assert frames.locator("> figcaption").inner_text() == caption
        assert not frames.locator(
            "> figure > figcaption:visible"
        ).count()  # the slider says the value
    tree = frames.aria_snapshot()
    assert (
        tree.count("- img") == tree.count('button "Enlarge the figure"') == 1
    )  # of the others nothing is read
    light.keyboard.press("Tab")
    assert (
        frames.locator("> figure")
        .last.locator("> button")
        .evaluate("one => one === document.activeElement")
    )


def test_all_figures_under_a_slider_are_loaded_before_they_are_asked_for(frames):
    frames.scroll_into_view_if_needed()
    loaded = "all => all.every(image => image.complete && image.naturalWidth)"
    images = frames.locator("> figure > img")
    for _ in range(50):
        if images.evaluate_all(loaded):
            return
        frames.page.wait_for_timeout(100)
    pytest.fail("some figures wait to be seen")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_the_slider_is_made_or_moved(new_page, address, width):
    tops = []
    for script in (False, True):
        page = new_page(width)
        if not script:
            page.route("**/assets/site.js", lambda route: route.abort())
        page.goto(address + FRAMES)
        below = page.locator(".frames + *")
        frames = page.locator(".frames").bounding_box()
        tops.append(below.bounding_box()["y"] - frames["y"])
        assert frames["width"] <= width
    slider = page.get_by_role("slider", name="Choose a value")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        tops.append(below.bounding_box()["y"] - page.locator(".frames").bounding_box()["y"])
    assert max(tops) == min(tops), tops
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_scripts_and_in_print_all_figures_are_seen_and_what_they_share_is_said_once(
    new_page, address, frames
):
    without = new_page(java_script_enabled=False)
    without.goto(address + FRAMES)
    frames.page.emulate_media(media="print")
    for row in (without.locator(".frames"), frames):
        figures = row.locator("> figure")
        assert len(_seen(row)) == figures.count() >= 5
        assert not row.get_by_role("slider").is_visible()
        assert figures.locator("> figcaption:visible").all_inner_texts() == _seen(row)
        assert row.locator("> figcaption").is_visible()
        left, right = figures.nth(0).bounding_box(), figures.nth(1).bounding_box()
        assert left["y"] == right["y"]
        assert left["x"] + left["width"] <= right["x"]
    frames.page.emulate_media(media="screen")
    assert len(_seen(frames)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_follow_the_palette_that_a_reader_chose_against_the_system(
    new_page, address, scheme
):
    page = new_page(scheme="light" if scheme == "dark" else "dark")
    page.goto(address + PAGE)
    page.get_by_title("Switch to the light palette").click()
    if scheme == "dark":
        page.get_by_title("Switch to the dark palette").click()
    image = page.locator("figure > img").first
    image.scroll_into_view_if_needed()
    image.evaluate("image => image.decode()")
    page.mouse.move(0, 0)
    darkest, lightest = Image.open(io.BytesIO(image.screenshot())).convert("L").getextrema()
    ground = _rgb(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    # The ground is the page's; ink is the other end.
    assert (
        (lightest > 200 and abs(darkest - ground[1]) < 12)
        if scheme == "dark"
        else (darkest < 60 and lightest > 245)
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_of_figures_have_contrast_four_and_a_half_and_marks_three_on_the_ground_of_the_page(
    page, site, scheme
):
    page.emulate_media(color_scheme=scheme, media="screen")
    wait_until(
        page,
        f"document.body.dataset.mdColorScheme == '{'slate' if scheme == 'dark' else 'default'}'",
    )
    ground = _rgb(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    weak, seen = [], set()
    for path in site.glob("tutorials/**/figure-*.svg"):
        drawing = path.read_text()
        light, dark = re.search(r"<style>:root{(.*?)}@media[^{]*{:root{(.*?)}", drawing).groups()
        colours = dict(re.findall(r"--(\w+):(#\w+)", light if scheme == "light" else dark))
        for kind, colour in re.findall(
            r"(<text[^>]*\bfill|fill: none; stroke): (var\(--\w+\)|#[0-9a-f]{6})", drawing
        ):
            value = colours.get(colour[6:-1], colour)  # of a variable, else as it is
            seen.add(value)
            if colour != "var(--grid)" and _contrast(_rgb(value), ground) < (
                4.5 if kind.startswith("<text") else 3
            ):
                weak.append((path.parent.name, kind, value))
    assert weak == []
    assert len(seen) >= 6


def test_what_a_colour_map_makes_large_is_seen_on_either_ground(page, address):
    """The darkest pixels of an attention map are its largest weights; in the dark, the lightest."""
    found = {}
    for scheme, ground in (("light", 253), ("dark", 25)):
        page.emulate_media(color_scheme=scheme, media="screen")
        page.goto(address + "tutorials/networks/transformer/")
        image = page.locator("figure", has_text="attention maps").locator("> img")
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        pixels = list(
            Image.open(io.BytesIO(image.screenshot())).convert("L").resize((160, 60)).tobytes()
        )
        found[scheme] = max(abs(pixel - ground) for pixel in pixels)
    assert min(found.values()) > 120, found


def _rgb(colour: str) -> tuple[int, ...]:
    if colour.startswith("#"):
        return tuple(bytes.fromhex(colour[1:]))
    return tuple(int(number) for number in re.findall(r"\d+", colour)[:3])


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast ratio of two colours, as WCAG 2.2 defines it."""
    dark, light = sorted(_luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_contrast_of_colours_is_computed_as_its_definition_says():
    assert _contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert _contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
