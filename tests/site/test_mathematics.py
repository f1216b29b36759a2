"""Mathematics as a browser draws it: with our font, at its place, without moving anything."""

import re

import pytest
from pages import PAGES, soup

FORMULAS = "tutorials/haiku/update/"  # roots, sums with limits, fractions and primes
FENCES = "tutorials/jax/batching/"

pytestmark = pytest.mark.xdist_group("mathematics")

TOKEN = re.compile(r"<(m[inos]|mtext)\b[^>]*>[^<]*</\1>")
# What no token holds: the space, by which a browser judges a font, and the sign that roots draw.
IMPLIED = "<mtext>\u00a0 </mtext><mo>\u221a</mo>"


@pytest.fixture(scope="module")
def formulas(new_page, address):
    """A page with much mathematics, everything on it unfolded, its font loaded."""
    page = new_page()
    page.goto(address + FORMULAS)
    page.evaluate("document.fonts.load('1em Mathematics')")
    page.goto(
        address + FORMULAS
    )  # a font that came too late for the first drawing would not be used
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    return page


def fonts_of_mathematics(page) -> dict[str, set[tuple[str, bool]]]:
    """The fonts that each token of mathematics is drawn with, and whether the site has them."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    selector = "math :is(mi, mn, mo, ms, mtext)"
    nodes = devtools.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    texts = page.locator(selector).evaluate_all("all => all.map(token => token.outerHTML)")
    used = {}
    for text, node in zip(texts, nodes, strict=True):
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        used[text] = {(font["familyName"], font["isCustomFont"]) for font in fonts}
    devtools.detach()
    return used


def test_all_mathematics_is_drawn_with_our_font(formulas):
    loaded = formulas.evaluate("[...document.fonts].map(font => [font.family, font.status])")
    assert sorted(loaded) == [["Headings", "loaded"], ["Mathematics", "loaded"]]
    used = fonts_of_mathematics(formulas)
    assert len(used) > 30
    assert set().union(*used.values()) == {("STIX Two Math", True)}


def test_roots_are_as_high_as_what_they_hold(formulas):
    roots = formulas.evaluate("""[...document.querySelectorAll("msqrt")].map(root => [
        root.getBoundingClientRect().height,
        Math.max(...[...root.children].map(part => part.getBoundingClientRect().height))])""")
    assert len(roots) >= 2
    assert all(outer > inner for outer, inner in roots)


def test_no_root_hangs_far_below_what_it_holds(light, address, site):
    hanging, count = [], 0
    for path in (path for path in PAGES if soup(site / path).find("msqrt")):
        light.goto(address + path)
        light.evaluate("document.fonts.load('1em Mathematics')")
        light.evaluate("document.fonts.ready")
        light.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        roots = light.evaluate("""[...document.querySelectorAll("msqrt")].map(root => {
            const box = root.getBoundingClientRect();
            const size = parseFloat(getComputedStyle(root).fontSize);
            const bottoms = [...root.children].map(part => part.getBoundingClientRect().bottom);
            const end = Math.max(...bottoms);
            return [root.textContent, box.bottom - end, Math.max(0.4 * size, 0.2 * box.height)];
        })""")
        count += len(roots)
        hanging += [(path, *root) for root in roots if root[1] > root[2]]
    assert count >= 12
    assert hanging == []


def test_nothing_is_left_free_behind_a_root(formulas):
    gaps = formulas.evaluate("""[...document.querySelectorAll("msqrt:not(:has(mfrac))")]
    .map(root => {
        const size = parseFloat(getComputedStyle(root).fontSize);
        const next = root.nextElementSibling?.getBoundingClientRect();
        const inner = root.lastElementChild.getBoundingClientRect();
        return next?.left > inner.left ? (next.left - inner.right) / size : 0;
    })""")
    assert all(-0.05 < gap < 0.3 for gap in gaps), gaps


def test_no_formula_is_higher_than_its_box(formulas):
    cut = formulas.evaluate("""[...document.querySelectorAll("math[display=block]")]
        .filter(math => math.scrollHeight > math.clientHeight + 1).map(math => math.textContent)""")
    assert cut == []


def test_fences_are_as_high_as_what_they_hold(light, address):
    light.goto(address + FENCES)
    # \\Big( a sum \\Big) has the highest fences of the page.
    heights = light.evaluate("""[...document.querySelectorAll("math[display=block] mo")]
        .filter(sign => "()".includes(sign.textContent))
        .map(sign => sign.getBoundingClientRect().height)""")
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
    sums = formulas.evaluate("""[...document.querySelectorAll("math[display=block] munder")]
        .map(sum => [...sum.children].map(part => part.getBoundingClientRect())
            .map(box => [box.x + box.width / 2, box.bottom]))""")
    assert len(sums) >= 4
    for (x, bottom), (limit_x, limit_bottom) in sums:
        assert abs(x - limit_x) < 2
        assert limit_bottom > bottom


def test_a_display_has_a_line_of_its_own_in_the_middle(formulas):
    places = formulas.evaluate("""[...document.querySelectorAll("math[display=block]")]
    .map(display => {
        const box = display.getBoundingClientRect();
        const around = display.parentElement.getBoundingClientRect();
        const inner = document.createRange();
        inner.selectNodeContents(display);
        const formula = inner.getBoundingClientRect();
        return [box.width - around.width, formula.x + formula.width / 2 - box.x - box.width / 2];
    })""")
    assert len(places) >= 3
    for narrower, off_centre in places:
        assert abs(narrower) < 1
        assert abs(off_centre) < 2


def test_the_font_has_every_sign_of_the_sites_mathematics(formulas, site):
    pages = [str(soup(site / path)) for path in PAGES]
    tokens = sorted({token[0] for page in pages for token in TOKEN.finditer(page)})
    assert len(tokens) > 50
    formulas.evaluate(
        "tokens => { document.querySelector('article').innerHTML = `<math>${tokens}</math>` }",
        "".join([*tokens, IMPLIED]),
    )
    used = fonts_of_mathematics(formulas)
    assert len(used) >= len(tokens)
    missing = [text for text, fonts in used.items() if fonts - {("STIX Two Math", True)}]
    assert missing == [], "add what is missing to .ci/math_font.py, and run it"
