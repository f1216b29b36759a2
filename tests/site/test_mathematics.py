"""Mathematics as a browser draws it: with our font, at its place, without moving anything."""

import pytest
from answers import ROOT

from publishing.tutorial import read_tutorials

TUTORIALS = [f"tutorials/{tutorial.name}/" for tutorial in read_tutorials(ROOT / "tutorials")]
FORMULAS = "tutorials/haiku/update/"  # roots, sums with limits, fractions, fences and primes
LIMIT = 40_000

pytestmark = pytest.mark.xdist_group("site")

# Sums up what moves without a reader's doing, from the first drawing on.
OBSERVE_SHIFTS = """
  window.shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value }))
    .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def formulas(browser, address):
    """A page with much mathematics, everything on it unfolded, its font loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(address + FORMULAS)
    page.evaluate("document.fonts.load('1em Mathematics')")
    page.goto(address + FORMULAS)  # a font that came too late for the first drawing would not be used
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    yield page
    context.close()


def test_the_font_is_small(site):
    assert (site / "assets/math.woff2").stat().st_size <= LIMIT


def test_all_mathematics_is_drawn_with_our_font(formulas):
    assert formulas.evaluate("[...document.fonts].map(font => [font.family, font.status])") == [
        ["Mathematics", "loaded"]
    ]
    devtools = formulas.context.new_cdp_session(formulas)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    nodes = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": "math *"})["nodeIds"]
    used = set()
    for node in nodes:
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        used |= {(font["familyName"], font["isCustomFont"]) for font in fonts}
    assert used == {("STIX Two Math", True)}


def test_nothing_moves_while_a_page_with_mathematics_loads(light, address):
    light.add_init_script(OBSERVE_SHIFTS)
    light.goto(address + FORMULAS, wait_until="networkidle")
    light.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    assert light.locator("math").count() > 20
    assert light.evaluate("window.shift") == 0


def test_only_pages_with_mathematics_ask_for_the_font(light, address):
    asked = []
    light.on("request", lambda request: asked.append(request.url))
    light.goto(address + "start/", wait_until="networkidle")
    assert light.locator("math").count() == 0
    assert not [url for url in asked if url.endswith(".woff2")]


def test_roots_and_fences_are_as_high_as_what_they_hold(formulas):
    roots = formulas.evaluate("""[...document.querySelectorAll("msqrt")].map(root => [
        root.getBoundingClientRect().height,
        Math.max(...[...root.children].map(part => part.getBoundingClientRect().height))])""")
    assert len(roots) >= 2
    assert all(outer > inner for outer, inner in roots)
    # \\Big( a sum of sums \\Big) has the two highest fences of the page.
    heights = formulas.evaluate("""[...document.querySelectorAll("math[display=block] mo")]
        .filter(sign => "()".includes(sign.textContent)).map(sign => sign.getBoundingClientRect().height)""")
    plain = min(heights)
    assert len([height for height in heights if height > 1.3 * plain]) >= 2


def test_numerator_and_denominator_are_centred_above_each_other(formulas):
    centres = formulas.evaluate("""[...document.querySelectorAll("mfrac")].map(fraction =>
        [...fraction.children].map(part => part.getBoundingClientRect())
            .map(box => [box.x + box.width / 2, box.y + box.height / 2]))""")
    assert len(centres) >= 3
    for (x, y), (other_x, other_y) in centres:
        assert abs(x - other_x) < 1
        assert y < other_y


def test_the_limits_of_a_displayed_sum_stand_under_it(formulas):
    sums = formulas.evaluate("""[...document.querySelectorAll("math[display=block] munder")].map(sum =>
        [...sum.children].map(part => part.getBoundingClientRect()).map(box => [box.x + box.width / 2, box.bottom]))""")
    assert len(sums) >= 4
    for (x, bottom), (limit_x, limit_bottom) in sums:
        assert abs(x - limit_x) < 2
        assert limit_bottom > bottom


def test_a_display_has_a_line_of_its_own_in_the_middle(formulas):
    places = formulas.evaluate("""[...document.querySelectorAll("math[display=block]")].map(display => {
        const box = display.getBoundingClientRect(), around = display.parentElement.getBoundingClientRect();
        const inner = document.createRange();
        inner.selectNodeContents(display);
        const formula = inner.getBoundingClientRect();
        return [box.width - around.width, formula.x + formula.width / 2 - box.x - box.width / 2];
    })""")
    assert len(places) >= 3
    for narrower, off_centre in places:
        assert abs(narrower) < 1
        assert abs(off_centre) < 2


@pytest.mark.parametrize("path", TUTORIALS)
def test_a_long_formula_scrolls_by_itself_on_a_phone(narrow, address, path):
    narrow.goto(address + path)
    narrow.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    boxes = narrow.evaluate("""[...document.querySelectorAll("article math")].map(math => {
        const box = math.getBoundingClientRect();
        return [box.right, math.scrollWidth > math.clientWidth, getComputedStyle(math).overflowX, math.outerHTML];
    })""")
    for right, longer, overflow, formula in boxes:
        assert right <= 390, formula
        assert overflow == "auto" or not longer, formula
