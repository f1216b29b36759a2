"""What a person meets who uses a screen reader, a keyboard, a phone, a printer, another palette."""

import pytest
from axe import see_all_code, small_targets, unfold, violations
from pages import TUTORIALS, wait_until
from searches import FIELD, HITS, OPEN

pytestmark = pytest.mark.xdist_group("accessibility")

VIEWS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
SAMPLE = [
    "",
    "tutorials/jax/gradients/",
]  # of each kind one; test_pages.py looks at all, narrow and dark


@pytest.fixture
def still(new_page):
    """A page that a test sees as it will be, and not halfway to it."""
    page = new_page(reduced_motion="reduce")
    yield page
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("path", SAMPLE)
def test_axe_finds_nothing_in_either_palette_wide_and_narrow(still, address, path):
    still.goto(address + path)
    unfold(still)
    found = {}
    for width, scheme in VIEWS:
        still.set_viewport_size({"width": width, "height": 900})
        still.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        ground = {"light": "rgb(253, 253, 251)", "dark": "rgb(21, 25, 30)"}[scheme]
        wait_until(still, f"getComputedStyle(document.body).backgroundColor == '{ground}'")
        found[width, scheme] = violations(still, code=path in TUTORIALS and width == 1280)
    assert not any(found.values()), found


@pytest.mark.parametrize(
    "path", [*SAMPLE, "exercises/", "glossary/", "tutorials/about/original/", "404.html"]
)
def test_a_finger_hits_each_link_and_button_of_a_phone(new_page, address, path):
    page = new_page(390, reduced_motion="reduce")
    page.goto(address + path)
    unfold(page)
    assert small_targets(page) == []
    page.close()


def test_axe_finds_nothing_on_the_page_that_does_not_exist(still, address):
    still.goto(address + "404.html")
    assert violations(still) == []


def test_axe_finds_nothing_among_the_results_of_a_search(still, address):
    still.goto(address)
    still.locator(OPEN).click()
    still.locator(FIELD).press_sequentially("gradient")
    still.locator(HITS).first.wait_for()
    assert violations(still) == []


def test_the_first_stop_of_the_keyboard_is_a_link_past_the_navigation(light, address):
    light.goto(address + TUTORIALS[0])
    light.keyboard.press("Tab")
    assert light.evaluate("document.activeElement.matches('.md-skip')")
    light.keyboard.press("Enter")
    target = "document.querySelector(`article ${location.hash}`)"
    there = f"location.hash && {target}.getBoundingClientRect().bottom"
    assert light.evaluate(there) <= light.locator("article h1").bounding_box()["y"] + 100


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 800, 390])
@pytest.mark.parametrize("path", [*SAMPLE, "glossary/", "404.html"])
def test_few_stops_of_the_keyboard_are_before_the_text_and_each_can_be_seen(
    new_page, address, path, width
):
    page = new_page(width, reduced_motion="reduce")
    page.goto(address + path)
    stops = []
    while not (stops and stops[-1]["read"]):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => {
                const stop = document.activeElement, {width, height} = stop.getBoundingClientRect();
                const both = {opacityProperty: true, visibilityProperty: true};
                const seen = stop.checkVisibility(both);
                return {stop: stop.outerHTML.slice(0, 80), seen: seen && width * height > 0,
                        read: Boolean(stop.closest("article, .md-footer"))};
            }""")
        )
        assert len(stops) < 27, stops
    page.close()
    assert [stop["stop"] for stop in stops if not stop["seen"]] == []


def test_the_keyboard_reaches_every_link_button_fold_and_scroller_of_a_page(light, address):
    light.goto(address + TUTORIALS[0])
    see_all_code(light)
    for part in light.locator("[data-predict], [data-ties]").all():  # what comes when it is near
        part.evaluate("part => part.scrollIntoView()")
        light.wait_for_timeout(300)
    light.evaluate("scrollTo(0, 0)")
    wanted = light.evaluate(
        """() => [...document.querySelectorAll(
                'article :is(a[href], button, input, textarea, summary, math[tabindex])')]
            .filter(element => element.checkVisibility({visibilityProperty: true})
                && element.tabIndex >= 0).length
            + [...document.querySelectorAll('article .highlight')]
            .filter(box => box.checkVisibility() && box.scrollWidth > box.clientWidth).length"""
    )
    light.evaluate("window.reached = new Set()")
    for _ in range(400):
        light.keyboard.press("Tab")
        if light.evaluate(
            """() => {
                const element = document.activeElement, article = document.querySelector('article');
                if (article.contains(element) && (!element.matches('.highlight') ||
                    element.scrollWidth > element.clientWidth)) window.reached.add(element);
                return Boolean(element.closest('footer'));
            }"""
        ):
            break
    assert light.evaluate("window.reached.size") == wanted
    assert wanted > 20


def test_a_fold_opens_with_the_keyboard(light, address):
    light.goto(address + TUTORIALS[0])
    solution = light.locator("details.solution").first
    solution.locator("summary").focus()
    light.keyboard.press("Enter")
    assert solution.evaluate("details => details.open")


def test_nothing_moves_for_who_asks_for_less_motion(light, address):
    light.emulate_media(reduced_motion="reduce")
    light.goto(address + TUTORIALS[0])
    moving = light.evaluate(
        """() => [...document.querySelectorAll('*')].filter(element => {
            const style = getComputedStyle(element);
            const lasts = style.transitionDuration.split(', ').some(time => time !== '0s');
            return style.animationName !== 'none' || lasts;
        }).length"""
    )
    assert moving == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_prints_black_on_white_with_its_answers_and_solutions(light, address, scheme):
    light.emulate_media(color_scheme=scheme)
    light.goto(address + TUTORIALS[0])
    light.emulate_media(color_scheme=scheme, media="print")
    colours = light.evaluate(
        """() => {
            const style = selector => getComputedStyle(document.querySelector(selector));
            return [style('body').backgroundColor, style('article h1 ~ p').color,
                    style('article .highlight pre').color,
                    style('article .highlight').backgroundColor];
        }"""
    )
    white, black = "rgb(255, 255, 255)", "rgb(0, 0, 0)"
    assert colours == [white, black, black, white]
    edges = light.locator("article .highlight").evaluate_all(
        "all => all.map(e => getComputedStyle(e).borderLeftWidth)"
    )
    assert "0px" not in edges  # nothing but the edge tells code from prose on paper
    assert light.locator("details.solution pre").first.is_visible()
    assert light.locator(".question + details p").first.is_visible()
    assert not light.locator(".md-header").is_visible()
    # The margins as well: the sheet has the colour of the root.
    assert light.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


@pytest.mark.parametrize(
    "path", ["", TUTORIALS[0], "tutorials/haiku/modules/", "exercises/", "start/"]
)
def test_no_heading_is_the_last_line_of_a_sheet_and_addresses_are_printed(light, address, path):
    light.goto(address + path)
    light.emulate_media(media="print")
    after = light.locator("article :is(h1, h2, h3, h4, h5, h6, .exercise-kind)").evaluate_all(
        "all => all.map(heading => getComputedStyle(heading).breakAfter)"
    )
    assert set(after) == {"avoid"}
    away = light.locator("article p > a[href^=http]:visible").evaluate_all(
        """all => all.map(link =>
            [link.getAttribute('href'), getComputedStyle(link, '::after').content])"""
    )
    assert all(url in told for url, told in away)
    for unread in (".site-line", ".filter", ".where", ".run-it", "[role=tooltip]"):
        assert not light.locator(f"{unread}:visible").count()


def test_progress_and_what_is_chosen_are_seen_in_forced_colours(light, address):
    light.goto(address + TUTORIALS[1])
    light.emulate_media(forced_colors="active")
    pieces = light.locator(".where i")
    widths = pieces.evaluate_all(
        "all => all.map(piece => parseFloat(getComputedStyle(piece).borderTopWidth))"
    )
    seen = pieces.evaluate_all("all => all.map(piece => piece.matches('.seen, .here'))")
    assert sum(seen) == 1
    assert {width >= 3 for width, filled in zip(widths, seen, strict=True) if filled} == {True}
    assert {0 < width < 3 for width, filled in zip(widths, seen, strict=True) if not filled} == {
        True
    }
