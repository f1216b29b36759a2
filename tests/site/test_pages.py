"""What a reader meets in a browser: each page, loaded once for all rules; palettes, print."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from axe import see_all_code, unfold, violations
from pages import EXECUTED, PAGES, SAMPLE, TUTORIALS, sent, wait_until
from playwright.sync_api import Page

GROUND = "getComputedStyle(document.body).backgroundColor"
WHITE, BLACK = "rgb(253, 253, 251)", "rgb(21, 25, 30)"
# The space before what has not arrived yet counts as a shift in Chromium, and nobody sees it.
MOVED = """window.moved = 0;
    const seen = ({node}) => node?.nodeName != "#text" || node.data.trim();
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (entry.sources.some(seen)) window.moved += entry.value;
    }).observe({type: 'layout-shift', buffered: true});"""


@dataclass
class Visit:
    """One load of a page, what it asked for and what it said."""

    path: str
    host: str
    page: Page
    asked: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@contextmanager
def visited(page: Page, address: str, path: str) -> Iterator[Visit]:
    """Load a page, and close it."""
    visit = Visit(path, urlsplit(address).netloc, page)
    page.add_init_script(MOVED)
    page.on("request", lambda request: visit.asked.append(request.url))
    page.on("console", lambda message: visit.console.append(message.text))
    page.on("pageerror", lambda error: visit.console.append(str(error)))
    page.goto(address + path, wait_until="networkidle")
    yield visit
    page.close()


# The rules: each gives what is wrong, or nothing. They run in the order of WIDE and NARROW below.


def another_host_or_a_line_in_the_console(visit: Visit) -> object:
    """A page asks its own host only, and says nothing: no error, no violation of its policy."""
    return [url for url in visit.asked if urlsplit(url).netloc != visit.host] + visit.console


def moves_while_it_loads(visit: Visit) -> object:
    """A browser calls 0.1 good. What Material's script adds may come after the first drawing."""
    moved = visit.page.evaluate("window.moved")
    return moved if moved >= 0.01 else None


def a_font_too_many_or_few(visit: Visit) -> object:
    """Each page asks for the font of headings, and one with mathematics for that of formulas."""
    fonts = {url.rpartition("/")[2] for url in visit.asked if url.endswith(".woff2")}
    formulas = {"math.woff2"} if visit.page.locator("math").count() else set()
    return fonts ^ {"headings.woff2"} ^ formulas


def a_solution_that_does_not_unfold(visit: Visit) -> object:
    """Solutions are folded, and unfold on a click."""
    if visit.path not in TUTORIALS:
        return None
    solution = visit.page.locator(".solution").first
    code = solution.locator("pre").first
    before = code.is_visible()
    solution.locator("summary").click()
    unfolded = not before and code.is_visible() and "NotImplementedError" not in code.inner_text()
    return None if unfolded else solution.inner_text()


def code_that_must_be_scrolled(visit: Visit) -> object:
    """Every line of code can be read where it stands, also of stubs and in folds."""
    return visit.page.locator("article .highlight").evaluate_all("""all => {
        document.querySelectorAll("details").forEach(fold => fold.open = true);
        all.forEach(box => box.hidden = false);
        return all.filter(box => box.scrollWidth > box.clientWidth).map(box => box.textContent);
    }""")


def a_copy_button_that_fails(visit: Visit) -> object:
    """A click on it copies the code."""
    if visit.path not in EXECUTED:
        return None
    block = visit.page.locator("article .highlight:visible").nth(1)
    block.scroll_into_view_if_needed()
    block.get_by_title("Copy to clipboard").click()
    visit.page.get_by_role("status").get_by_text("Copied to clipboard").wait_for()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    return copied if copied != block.locator("code").inner_text().rstrip() else None


def code_without_its_button(visit: Visit) -> object:
    """Each block that is seen gets a button that copies its code."""
    see_all_code(visit.page)
    return visit.page.locator("article :not([hidden]) > pre > code").evaluate_all(
        """all => all.filter(code => {
            const selector = code.parentElement.querySelector("button").dataset.clipboardTarget;
            return document.querySelector(selector) !== code;
        }).map(code => code.textContent)"""
    )


def a_question_in_pieces(visit: Visit) -> object:
    """A question, the cell that tests it and its answer are one box."""
    if visit.path not in TUTORIALS:
        return None
    boxes = visit.page.locator(".question").evaluate_all("""questions => questions.map(question => {
        for (const fold of document.querySelectorAll(".later")) fold.classList.remove("later");
        const parts = [question];
        while (!parts.at(-1).querySelector("summary")?.textContent.startsWith("Answer"))
            parts.push(parts.at(-1).nextElementSibling);
        return parts.map(part => {
            const {left, right, top, bottom} = part.getBoundingClientRect();
            return [left, right, top, bottom, getComputedStyle(part).borderLeftColor];
        });
    })""")

    def is_one(parts: list) -> bool:
        beside = all(abs(lower[2] - upper[3]) <= 0.5 for upper, lower in pairwise(parts))
        edges = {(left, right, colour) for left, right, _, _, colour in parts}
        return beside and len(edges) == 1 and 2 <= len(parts) <= 4

    return [parts for parts in boxes if not is_one(parts)] if boxes else "it has no question"


def a_figure_that_is_not_loaded_or_described(visit: Visit) -> object:
    """Each figure is loaded when it is seen, and has a number and a caption."""
    if visit.path not in TUTORIALS:
        return None
    broken = visit.page.locator("article figure > img").evaluate_all("""async all => {
        for (const image of all) {
            image.scrollIntoView();
            await image.decode().catch(() => {});
        }
        return all.filter(image => !image.naturalWidth).map(image => image.outerHTML);
    }""")
    whole = visit.page.locator("article figure:not(figure figure) > figcaption")
    captions = [" ".join(text.split()) for text in whole.all_text_contents()]
    bare = [
        caption
        for number, caption in enumerate(captions, 1)
        if not re.fullmatch(rf"Figure {number}\. (\S+ ){{4,}}\S+", caption)
    ]
    return broken + bare if captions else "it has no figure"


def wider_than_a_phone(visit: Visit) -> object:
    """Nothing is wider than a phone, and a long formula scrolls by itself."""
    visit.page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    formulas = visit.page.evaluate("""[...document.querySelectorAll("article math")]
    .filter(math => {
        const box = math.getBoundingClientRect(), style = getComputedStyle(math);
        // Chromium counts what site.css takes away behind a root.
        const free = math.querySelector("msqrt") ? 0.35 * parseFloat(style.fontSize) + 1 : 0;
        const longer = math.scrollWidth > math.clientWidth + free;
        return box.right > 390 || longer && style.overflowX != "auto";
    }).map(math => math.outerHTML)""")
    return [width] * (width != 390) + formulas


def a_heading_with_its_anchor_in_the_way(visit: Visit) -> object:
    """No heading is higher than its text, and its anchor is reached, seen and covers nothing."""
    headings = visit.page.evaluate("""[...document.querySelectorAll("article :is(h1, h2, h3, h4)")]
    .map(heading => {
        const anchor = heading.querySelector(".headerlink"), box = heading.getBoundingClientRect();
        const free = anchor?.getBoundingClientRect();
        anchor?.focus();
        const reached = !anchor || document.activeElement == anchor;
        anchor?.remove();
        const text = document.createRange();
        text.selectNodeContents(heading);
        const covers = free && [...text.getClientRects()].some(line =>
            line.left < free.right - 1 && line.right > free.left + 1 &&
            line.top < free.bottom - 1 && line.bottom > free.top + 1);
        const bare = heading.getBoundingClientRect().height;
        if (anchor) heading.append(anchor);
        const seen = !free || (free.left >= 0 && free.right <= 390);
        return [heading.textContent, box.height - bare, reached, Boolean(covers), seen];
    })""")
    if not headings:
        return "it has no heading"
    return [found for found in headings if found[1:] != [0, True, False, True]]


def what_axe_finds_on_a_dark_phone(visit: Visit) -> object:
    """The checker of accessibility finds nothing."""
    visit.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    wait_until(visit.page, f"{GROUND} == '{BLACK}'")
    unfold(visit.page)
    return violations(visit.page)


WIDE: list[Callable[[Visit], object]] = [
    another_host_or_a_line_in_the_console,
    moves_while_it_loads,
    a_font_too_many_or_few,
    code_without_its_button,
    a_copy_button_that_fails,
    a_solution_that_does_not_unfold,
    a_question_in_pieces,
    code_that_must_be_scrolled,
]
NARROW: list[Callable[[Visit], object]] = [
    wider_than_a_phone,
    a_heading_with_its_anchor_in_the_way,
    a_figure_that_is_not_loaded_or_described,
    what_axe_finds_on_a_dark_phone,
]


def _each(paths: list[str]) -> list:
    """Pages, of which two workers share the rest; those of the sample are of the first tier."""
    return [
        pytest.param(
            path,
            marks=[
                pytest.mark.xdist_group(f"pages-{number % 2}"),
                *([] if path in SAMPLE else [pytest.mark.slow]),
            ],
        )
        for number, path in enumerate(paths)
    ]


@pytest.mark.sample
@pytest.mark.parametrize("path", _each(PAGES))
def test_a_page_keeps_each_rule_on_a_desk_and_on_a_phone(path, new_page, address):
    with visited(new_page(), address, path) as visit:
        wrong = {rule.__name__: rule(visit) for rule in WIDE}
        visit.page.set_viewport_size({"width": 390, "height": 900})
        wrong |= {rule.__name__: rule(visit) for rule in NARROW}
    assert {rule: found for rule, found in wrong.items() if found} == {}


@pytest.mark.parametrize("path", ["", TUTORIALS[0]])
def test_a_first_visit_takes_at_most_110_kilobytes_without_figures_font_and_search(
    light, address, site, path
):
    asked = set()
    light.on("request", lambda request: asked.add(request.url.removeprefix(address)))
    light.goto(address + path, wait_until="networkidle")
    files = [site / (name + "index.html" * (not name or name.endswith("/"))) for name in asked]
    later = (
        "figure-",
        "cover",
        "math.woff2",
        "headings.woff2",
        "search",
    )  # after the first drawing, or kept through all pages
    assert len(files) >= 5
    assert sum(sent(file) for file in files if not file.name.startswith(later)) <= 110 * 1024


@pytest.mark.parametrize(
    "path",
    [
        "",
        TUTORIALS[0],
        "about/",
        "exercises/",
        "reference/api/",
        "report/",
        "tutorials/look_up/errors/",
    ],
)
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_if_the_page_arrives_in_pieces_and_its_scripts_late(
    new_page, address, path, width
):
    page = new_page(width)
    page.add_init_script(MOVED)
    page.route("**/*.js", lambda route: (time.sleep(0.3), route.continue_()))
    page.goto(f"{address}{path}?slowly", wait_until="networkidle")
    assert page.evaluate("window.moved") < 0.001  # a thousandth of the window


@pytest.mark.parametrize("path", ["exercises/", "reference/api/", "report/"])
def test_a_long_table_is_as_wide_as_a_sheet_of_a4_in_print(light, address, path):
    light.goto(address + path)
    light.emulate_media(media="print")
    light.set_viewport_size({"width": int((210 - 2 * 15) / 25.4 * 96), "height": 900})
    tables = light.locator(".long table").all()
    assert tables
    for table in tables:
        assert (
            table.evaluate("table => table.getBoundingClientRect().right")
            <= light.viewport_size["width"]
        )


def test_the_cheat_sheet_fills_two_sheets_of_a4_in_7_5_points_and_no_line_of_code_is_broken(
    light, address
):
    light.goto(address + "tutorials/look_up/cheat_sheet/", wait_until="networkidle")
    pdf = light.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 (\d+)\S* (\d+)\S*\]", pdf)
    assert (
        boxes
        == [(b"594", b"841")] * len(re.findall(rb"/Type /Page\b", pdf))
        == [(b"594", b"841")] * 2
    )
    width, height = (
        (side - 16) / 25.4 * 96 for side in (210, 297)
    )  # of what its margins leave, in pixels
    light.emulate_media(media="print")
    light.set_viewport_size({"width": int(width), "height": int(height)})
    sheet = light.locator(".md-content__inner")
    assert (
        sheet.evaluate("sheet => sheet.offsetHeight") >= 0.85 * 2 * height
    )  # two columns as high as two pages
    sizes = sheet.evaluate("""sheet => [...sheet.querySelectorAll("*")]
        .filter(element => element.checkVisibility() && element.innerText)
        .map(element => [parseFloat(getComputedStyle(element).fontSize), element.innerText])""")
    assert min(sizes)[0] >= 10, min(sizes)  # 7.5 points
    for block in sheet.locator(".highlight code:visible").all():
        high, line = block.evaluate(
            "code => [code.offsetHeight, parseFloat(getComputedStyle(code).lineHeight)]"
        )
        code = block.inner_text().rstrip()
        assert round(high / line) == len(code.splitlines()), code


def test_a_page_that_does_not_exist_has_a_way_home(light, address):
    light.goto(address + "404.html")
    light.get_by_role("link", name="The front page").click()
    assert light.url == address


@pytest.mark.parametrize("path", [TUTORIALS[0], "reference/snippets/"])
def test_a_link_to_a_heading_far_below_arrives_there(narrow, address, path):
    narrow.goto(address + path)
    last = (
        narrow.locator("article :is(h2, h3)").nth(-2).get_attribute("id")
    )  # below the last one a page may end
    narrow.goto("about:blank")
    narrow.goto(f"{address}{path}#{last}", wait_until="networkidle")
    assert 0 <= narrow.locator(f"[id='{last}']").bounding_box()["y"] <= 100


@pytest.mark.parametrize(
    ("system", "ground", "scheme"), [("light", WHITE, "normal"), ("dark", BLACK, "dark")]
)
def test_a_first_page_has_the_palette_of_the_system_before_any_script_file(
    new_page, address, system, ground, scheme
):
    page = new_page(scheme=system)
    page.route("**/*.js", lambda route: route.abort())
    page.goto(address + TUTORIALS[0])
    assert page.evaluate(GROUND) == ground
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme


def test_the_palette_follows_the_system_until_the_reader_chooses_one_which_other_pages_have_at_once(
    light, address
):
    def is_now(ground: str) -> None:
        wait_until(light, f"{GROUND} == '{ground}'")

    light.goto(address)
    light.emulate_media(color_scheme="dark")
    is_now(BLACK)
    light.get_by_title("Switch to the light palette").click()
    is_now(WHITE)
    light.get_by_role("button", name="Switch to the dark palette").press("Enter")
    is_now(BLACK)
    light.emulate_media(color_scheme="light")
    light.route("**/*.js", lambda route: route.abort())
    light.goto(address + TUTORIALS[0])
    is_now(BLACK)
    light.unroute("**/*.js")
    light.reload()
    light.get_by_title("Switch to the system's palette").click()
    is_now(WHITE)
    light.emulate_media(color_scheme="dark")
    is_now(BLACK)


def test_without_scripts_a_page_is_there_and_has_no_button_that_does_nothing(new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(address + TUTORIALS[0])
    assert page.locator("article pre").count() > 10
    assert not page.locator(".palette:visible").count()
    assert not page.get_by_title("Copy to clipboard").count()
