"""What a reader meets on the pages: their weight, their hosts, folds, figures, palettes, downloads."""

import gzip
import html
import json
import re
import time
import zipfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe import see_all_code, unfold, violations
from pages import EXECUTED, PAGES, REPOSITORY, ROOT, SITE_URL, TUTORIALS, soup, wait_until
from playwright.sync_api import Page

from publishing.site.links import broken_links

pytestmark = pytest.mark.xdist_group("pages")

GROUND = "getComputedStyle(document.body).backgroundColor"
WHITE, BLACK = "rgb(253, 253, 251)", "rgb(21, 25, 30)"
# The space before what has not arrived yet counts as a shift in Chromium, and nobody sees it.
MOVED = """window.moved = 0;
    const seen = ({node}) => node?.nodeName != "#text" || node.data.trim();
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.sources.some(seen)) window.moved += entry.value;
    }).observe({type: 'layout-shift', buffered: true});"""


def sent(file: Path) -> int:
    """The bytes of a file as a server sends it."""
    return len(gzip.compress(file.read_bytes()))


def head(site: Path, path: str) -> dict[str, str]:
    """What the head of a page says of it, by name or property."""
    page = soup(site / path)
    said = {
        meta.get("name", meta.get("property")): meta.get("content")
        for meta in page.find_all("meta")
    }
    return said | {"canonical": page.find("link", rel="canonical")["href"]}


@dataclass
class Visit:
    """One load of a page 1280 pixels wide, what it asked for and what it said."""

    path: str
    page: Page
    asked: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    moved: float = 0


@pytest.fixture(scope="module")
def visit(request, new_page, address):
    """A page, loaded once for all tests of it: pytest runs them one after the other, in the order of this file."""
    visit = Visit(request.param, new_page())
    visit.page.add_init_script(MOVED)
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    visit.page.on("console", lambda message: visit.console.append(message.text))
    visit.page.on("pageerror", lambda error: visit.console.append(str(error)))
    visit.page.goto(address + visit.path, wait_until="networkidle")
    visit.moved = visit.page.evaluate("window.moved")
    yield visit
    visit.page.close()


# A page has the same number in each list, by which pytest knows that two tests share it.
ORDER = list(dict.fromkeys([*TUTORIALS, *EXECUTED, *PAGES]))


def _each(paths: list[str]) -> pytest.MarkDecorator:
    """All tests of a page are in one group, so that it is loaded once; there are two groups, for two workers."""
    groups = [
        (path, pytest.mark.xdist_group(f"pages-{number % 2}")) for number, path in enumerate(ORDER)
    ]
    pages = [pytest.param(path, marks=group) for path, group in groups if path in paths]
    return pytest.mark.parametrize("visit", pages, indirect=True)


on_every_page = _each(PAGES)
on_every_tutorial = _each(TUTORIALS)
on_every_executed_page = _each(EXECUTED)


@on_every_page
def test_a_page_asks_its_own_host_only_and_says_nothing_in_the_console(visit, address):
    assert {urlsplit(url).netloc for url in visit.asked} == {urlsplit(address).netloc}
    assert visit.console == []


@on_every_page
def test_next_to_nothing_moves_while_a_page_loads(visit):
    # A browser calls 0.1 good. On a busy machine, what Material's script adds may come after the first drawing.
    assert visit.moved < 0.01


@on_every_page
def test_only_a_page_with_mathematics_asks_for_its_font_and_each_for_that_of_its_headings(visit):
    fonts = {url.rpartition("/")[2] for url in visit.asked if url.endswith(".woff2")}
    assert fonts == {"headings.woff2"} | (
        {"math.woff2"} if visit.page.locator("math").count() else set()
    )


@on_every_page
def test_each_block_that_is_seen_gets_a_button_that_copies_its_code(visit):
    see_all_code(visit.page)
    targets = visit.page.locator("article :not([hidden]) > pre > code").evaluate_all("""all => all.map(code => {
        const selector = code.parentElement.querySelector("button").dataset.clipboardTarget;
        return document.querySelector(selector) === code;
    })""")
    assert all(targets)


@on_every_executed_page
def test_a_click_on_the_copy_button_copies(visit):
    block = visit.page.locator("article .highlight:visible").nth(1)
    block.scroll_into_view_if_needed()
    block.get_by_title("Copy to clipboard").click()
    visit.page.get_by_role("status").get_by_text("Copied to clipboard").wait_for()
    assert (
        visit.page.evaluate("navigator.clipboard.readText()")
        == block.locator("code").inner_text().rstrip()
    )


@on_every_tutorial
def test_solutions_are_folded_and_unfold_on_a_click(visit):
    solution = visit.page.locator(".solution").first
    assert not solution.locator("pre").first.is_visible()
    solution.locator("summary").click()
    assert solution.locator("pre").first.is_visible()
    assert "NotImplementedError" not in solution.locator("pre").first.inner_text()


def test_the_font_of_headings_is_small_and_has_every_sign_of_them(site):
    assert (site / "assets/headings.woff2").stat().st_size <= 12_000
    # As .ci/headings_font.py cuts it; code in a heading has the font of code.
    signs = {*map(chr, range(0x20, 0x7F)), *"\u00a0\n\u2013\u2014\u2018\u2019\u201c\u201d\u2026é¶"}
    for path in PAGES:
        for heading in soup(site / path).article.find_all(["h1", "h2", "h3", "h4"]):
            text = "".join(str(part) for part in heading.strings if not part.find_parent("code"))
            assert {*text} <= signs, text


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").rglob("index.html")), ids=lambda page: page.parent.name
)
def test_an_old_address_leads_to_one_page_with_and_without_scripts(page, site):
    text = page.read_text()
    (link,), (refresh,) = (
        re.findall(r'<a href="([^"]+)">', text),
        re.findall(r"0; url=([^\"]+)", text),
    )
    assert link == refresh
    assert f'location.replace("{link}" + location.hash)' in text
    assert (site / page.parent.relative_to(ROOT / "docs") / link / "index.html").is_file()


@on_every_tutorial
def test_a_question_the_cell_that_tests_it_and_its_answer_are_one_box(visit):
    boxes = visit.page.locator(".question").evaluate_all("""questions => questions.map(question => {
        const parts = [question];
        while (!parts.at(-1).querySelector("summary")?.textContent.startsWith("Answer"))
            parts.push(parts.at(-1).nextElementSibling);
        return parts.map(part => {
            const {left, right, top, bottom} = part.getBoundingClientRect();
            return [left, right, top, bottom, getComputedStyle(part).borderLeftColor];
        });
    })""")
    assert boxes
    for parts in boxes:
        assert 2 <= len(parts) <= 4
        for above, below in pairwise(parts):
            assert below[2] == pytest.approx(above[3], abs=0.5)
            assert (below[0], below[1], below[4]) == (above[0], above[1], above[4])


@on_every_executed_page
def test_downloads_and_record_are_there(visit, site):
    links = dict(
        visit.page.locator(".run-it a").evaluate_all(
            "all => all.map(a => [a.textContent, a.getAttribute('href')])"
        )
    )
    with_exercises, without = (
        ["Exercise notebook", "Solved notebook"],
        ["Notebook", "Notebook with outputs"],
    )
    both = with_exercises if visit.page.locator(".exercise").count() else without
    assert list(links) == [*both, "Open in Colab", "Script", "uv"]
    files, colab = [links[name] for name in (*both, "Script")], links["Open in Colab"]
    assert colab.startswith(f"https://colab.research.google.com/github/{REPOSITORY}/")
    exercise, solved, script = ((site / visit.path / file).read_text() for file in files)
    assert json.loads(exercise)["nbformat"] == json.loads(solved)["nbformat"] == 4
    assert script.startswith("# /// script")
    record = json.loads(
        (site / visit.path / visit.page.locator(".stamp a").get_attribute("href")).read_text()
    )
    assert record["executed_at"][:10] in visit.page.locator(".stamp").inner_text()


@on_every_executed_page
def test_the_panel_gives_commands_that_name_the_hosted_files(visit):
    stem = visit.path.rstrip("/").rpartition("/")[2]
    commands = [code.strip() for code in visit.page.locator(".run-it code").all_text_contents()]
    hosted = f"{SITE_URL}{visit.path}{stem}"
    assert commands == [f"uv run {hosted}.py", f"uvx juv run {hosted}.ipynb"]


@on_every_page
def test_nothing_is_wider_than_a_phone_and_a_long_formula_scrolls_by_itself(visit):
    visit.page.set_viewport_size({"width": 390, "height": 900})
    visit.page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
    boxes = visit.page.evaluate("""[...document.querySelectorAll("article math")].map(math => {
        const box = math.getBoundingClientRect(), style = getComputedStyle(math);
        // Chromium counts what site.css takes away behind a root.
        const free = math.querySelector("msqrt") ? 0.35 * parseFloat(style.fontSize) + 1 : 0;
        return [box.right, math.scrollWidth > math.clientWidth + free, style.overflowX, math.outerHTML];
    })""")
    for right, longer, overflow, formula in boxes:
        assert right <= 390, formula
        assert overflow == "auto" or not longer, formula


@on_every_page
def test_no_heading_on_a_phone_is_higher_than_its_text_and_its_anchor_covers_nothing(visit):
    visit.page.set_viewport_size({"width": 390, "height": 900})
    headings = visit.page.evaluate("""[...document.querySelectorAll("article :is(h1, h2, h3, h4)")].map(heading => {
        const anchor = heading.querySelector(".headerlink"), box = heading.getBoundingClientRect();
        const free = anchor?.getBoundingClientRect();
        anchor?.focus();
        const reached = !anchor || document.activeElement == anchor;
        anchor?.remove();
        const text = document.createRange();
        text.selectNodeContents(heading);
        const covers = free && [...text.getClientRects()].some(line => line.left < free.right - 1 &&
            line.right > free.left + 1 && line.top < free.bottom - 1 && line.bottom > free.top + 1);
        const bare = heading.getBoundingClientRect().height;
        if (anchor) heading.append(anchor);
        const seen = !free || (free.left >= 0 && free.right <= 390);
        return [heading.textContent, box.height - bare, reached, Boolean(covers), seen];
    })""")
    assert headings
    for text, *found in headings:
        assert found == [0, True, False, True], text


@on_every_tutorial
def test_every_figure_is_loaded_and_described(visit):
    broken = visit.page.locator("article figure > img").evaluate_all("""async all => {
        for (const image of all) {
            image.scrollIntoView();
            await image.decode().catch(() => {});
        }
        return all.filter(image => !image.naturalWidth).map(image => image.outerHTML);
    }""")
    assert broken == []
    whole = visit.page.locator("article figure:not(figure figure) > figcaption").all_text_contents()
    captions = [" ".join(caption.split()) for caption in whole]
    assert captions
    for number, caption in enumerate(captions, 1):
        assert re.fullmatch(rf"Figure {number}\. (\S+ ){{4,}}\S+", caption)


@on_every_page
def test_axe_finds_nothing_on_a_dark_phone(visit):
    visit.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    visit.page.set_viewport_size({"width": 390, "height": 900})
    wait_until(visit.page, f"{GROUND} == '{BLACK}'")
    unfold(visit.page)
    assert violations(visit.page) == []


def test_a_tutorial_weighs_at_most_30_kilobytes_without_figures(site):
    weights = {path: sent(site / path / "index.html") for path in TUTORIALS}
    assert max(weights.values()) <= 30 * 1024, weights


def test_a_page_to_look_things_up_in_weighs_at_most_33_kilobytes_without_figures(site):
    weights = {path: sent(site / path / "index.html") for path in EXECUTED if path not in TUTORIALS}
    assert max(weights.values()) <= 33 * 1024, weights


@pytest.mark.parametrize("path", ["", TUTORIALS[0]])
def test_a_first_visit_takes_at_most_100_kilobytes_without_figures_font_and_search(
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
    assert sum(sent(file) for file in files if not file.name.startswith(later)) <= 100 * 1024


@pytest.mark.parametrize(
    "path",
    [
        "",
        TUTORIALS[0],
        "about/",
        "exercises/",
        "reference/api/",
        "report/",
        "tutorials/porting/errors/",
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
    assert page.evaluate("window.moved") == 0


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


def test_the_cheat_sheet_fills_two_sheets_of_a4_with_letters_of_7_5_points_and_no_line_of_code_is_broken(
    light, address
):
    light.goto(address + "tutorials/further/cheat_sheet/", wait_until="networkidle")
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


def test_every_page_has_a_description_of_its_own_and_says_where_it_lives(site):
    heads = {path: head(site, path) for path in PAGES}
    descriptions = [found["description"] for found in heads.values()]
    assert len(set(descriptions)) == len(PAGES)
    for path, found in heads.items():
        assert found["canonical"] == found["og:url"] == SITE_URL + path
        assert found["og:description"] == found["description"]
    for path in TUTORIALS:
        picture = heads[path]["og:image"].removeprefix(SITE_URL)
        assert (site / picture).read_bytes().startswith(b"\x89PNG")


def test_the_outline_and_the_sitemap_name_every_page(site):
    outline, sitemap = (site / "llms.txt").read_text(), (site / "sitemap.xml").read_text()
    assert outline.startswith("# Haiku by doing\n\n> ")
    assert html.unescape(outline) == outline
    assert "{ ." not in outline
    for path in PAGES:
        assert re.search(
            rf"^- \[[^\]]+\]\({re.escape(SITE_URL + path)}\): \S", outline, re.MULTILINE
        )
        assert f"<loc>{SITE_URL}{path}</loc>" in sitemap


def test_no_link_image_or_anchor_of_the_site_leads_nowhere(site):
    assert list(broken_links(site, urlsplit(SITE_URL).path)) == []


def test_no_template_is_shipped(site):
    assert not list(site.rglob("*overrides*"))


def test_the_archive_holds_every_download(site):
    with zipfile.ZipFile(site / "tutorials/all.zip") as archive:
        stems = {Path(name).stem for name in archive.namelist()}
    assert {Path(path).name for path in EXECUTED} <= stems


def test_revive_is_offered_as_it_is(site):
    assert (site / "revive.py").read_bytes() == Path("snippets/porting/revive.py").read_bytes()


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
