"""What a reader meets on the pages: their weight, their hosts, folds, figures, downloads."""

import gzip
import json
import re
import statistics
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pages import PAGES, SITE_URL, TUTORIALS

from publishing.links import broken

pytestmark = pytest.mark.xdist_group("site")


def sent(file: Path) -> int:
    """The bytes of a file as a server sends it."""
    return len(gzip.compress(file.read_bytes()))


def head(site: Path, path: str) -> dict[str, str]:
    """What the head of a page says of it, by name or property."""
    html = (site / path / "index.html").read_text()
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html)
    return dict(found) | dict(re.findall(r'<link rel="(canonical)" href="([^"]+)"', html))


def test_a_tutorial_weighs_at_most_20_kilobytes_without_figures_and_half_of_them_at_most_16(site):
    weights = {path: sent(site / path / "index.html") for path in TUTORIALS}
    assert max(weights.values()) <= 20_000, weights
    assert statistics.median(weights.values()) <= 16_000, weights


@pytest.mark.parametrize("path", ["", TUTORIALS[0]])
def test_a_first_visit_takes_at_most_150_kilobytes_without_figures(light, address, site, path):
    asked = set()
    light.on("request", lambda request: asked.add(urlsplit(request.url).path))
    light.goto(address + path, wait_until="networkidle")
    files = [site.parent / (name.lstrip("/") + "index.html" * name.endswith("/")) for name in asked]
    assert len(files) >= 5
    assert sum(sent(file) for file in files if not file.name.startswith(("figure-", "cover"))) <= 150_000


def test_nothing_is_shipped_that_no_reader_asks_for(site):
    files = [file.relative_to(site).as_posix() for file in site.rglob("*")]
    assert not [file for file in files if file.endswith(".map") or "/lunr/" in file or "overrides" in file]


MOVED = """window.moved = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) window.moved += entry.value; })
        .observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_loads(light, address, path):
    light.add_init_script(MOVED)
    light.goto(address + path, wait_until="networkidle")
    assert light.evaluate("window.moved") == 0


@pytest.mark.parametrize("late", ["**/site.js", "**/bundle.*.js"])
@pytest.mark.parametrize("path", ["", TUTORIALS[0], "how-it-is-built/"])
def test_nothing_moves_if_a_script_comes_late(light, address, path, late):
    light.add_init_script(MOVED)
    light.route(late, lambda route: (time.sleep(0.5), route.continue_()))
    light.goto(address + path, wait_until="networkidle")
    assert light.evaluate("window.moved") == 0


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
    for path in PAGES:
        assert f"({SITE_URL}{path}): " in outline
        assert f"<loc>{SITE_URL}{path}</loc>" in sitemap


def test_no_link_image_or_anchor_of_the_site_leads_nowhere(site):
    assert list(broken(site, urlsplit(SITE_URL).path)) == []


def test_a_script_that_is_not_the_sites_does_not_run(light, address):
    light.goto(address)
    light.on("console", lambda message: None)
    light.evaluate(
        """() => { const script = document.createElement('script');
        script.textContent = 'window.ran = true'; document.body.append(script); }"""
    )
    assert light.evaluate("window.ran") is None


@pytest.mark.parametrize("path", TUTORIALS[:1])
def test_the_panel_gives_commands_that_name_the_hosted_files(light, address, path):
    light.goto(address + path)
    stem = path.rstrip("/").rpartition("/")[2]
    commands = [code.inner_text().strip() for code in light.locator(".run-it pre").all()]
    assert commands == [
        f"uv run {SITE_URL}{path}{stem}.py",
        f"uvx juv run {SITE_URL}{path}{stem}.ipynb",
    ]


def test_a_page_that_does_not_exist_has_a_way_home(light, address):
    light.goto(address + "404.html")
    light.locator("article a").click()
    assert light.url == address


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_its_own_host_only_and_says_nothing_in_the_console(wide, address, path):
    asked, said = [], []
    wide.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    wide.on("console", lambda message: said.append(message.text))
    wide.on("pageerror", lambda error: said.append(str(error)))
    wide.goto(address + path, wait_until="networkidle")
    assert set(asked) == {urlsplit(address).netloc}
    assert said == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(narrow, address, path):
    narrow.goto(address + path)
    assert narrow.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("path", TUTORIALS)
def test_every_figure_is_loaded_and_described(narrow, address, path):
    narrow.goto(address + path)
    for image in narrow.locator("article figure > img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => image.naturalWidth") > 0
    captions = [caption.inner_text() for caption in narrow.locator("article figcaption").all()]
    assert narrow.locator("article figure > img").count() == len(captions) >= 1
    for number, caption in enumerate(captions, 1):
        assert re.fullmatch(rf"Figure {number}\. (\S+ ){{4,}}\S+", caption)


@pytest.mark.parametrize("path", TUTORIALS)
def test_solutions_are_folded_and_unfold_on_a_click(light, address, path):
    light.goto(address + path)
    solution = light.locator(".solution").first
    assert not solution.locator("pre").first.is_visible()
    solution.locator("summary").click()
    assert solution.locator("pre").first.is_visible()
    assert "NotImplementedError" not in solution.locator("pre").first.inner_text()


@pytest.mark.parametrize("path", TUTORIALS)
def test_the_copy_button_copies_the_code_of_its_cell(light, address, path):
    light.goto(address + path)
    code = light.locator(".highlight").first
    code.hover()
    code.get_by_title("Copy to clipboard").click()
    light.get_by_text("Copied to clipboard").wait_for()
    assert light.evaluate("navigator.clipboard.readText()").strip() == code.locator("pre").inner_text().strip()


@pytest.mark.parametrize("path", [TUTORIALS[0], "reference/snippets/"])
def test_a_link_to_a_heading_far_below_arrives_there(narrow, address, path):
    narrow.goto(address + path)
    last = narrow.locator("article :is(h2, h3)").nth(-2).get_attribute("id")  # below the last one a page may end
    narrow.goto("about:blank")
    narrow.goto(f"{address}{path}#{last}", wait_until="networkidle")
    assert 0 <= narrow.locator(f"[id='{last}']").bounding_box()["y"] <= 100


GROUND = "getComputedStyle(document.body).backgroundColor"
WHITE, BLACK = "rgb(253, 253, 251)", "rgb(21, 25, 30)"


def test_a_page_has_the_palette_of_the_system_before_any_script_file_has_come(browser, address):
    for scheme, ground in {"light": WHITE, "dark": BLACK}.items():
        with closing(browser.new_context(color_scheme=scheme)) as context:
            context.route("**/*.js", lambda route: route.abort())
            page = context.new_page()
            page.goto(address + TUTORIALS[0])
            assert page.evaluate(GROUND) == ground
            assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme
            page.evaluate("document.body.style.background = document.querySelector('[name=theme-color]').content")
            assert page.evaluate(GROUND) == ground


def test_the_palette_follows_the_system_until_the_reader_chooses_one_which_other_pages_keep(light, address):
    def is_now(ground: str) -> None:
        # The system is heard of with the next drawing.
        light.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        light.wait_for_function(f"{GROUND} == '{ground}'")

    light.goto(address)
    light.emulate_media(color_scheme="dark")
    is_now(BLACK)
    light.get_by_role("button", name="Change between light and dark").press("Enter")
    is_now(WHITE)
    light.keyboard.press("Enter")  # the button keeps the focus
    is_now(BLACK)
    light.emulate_media(color_scheme="light")
    is_now(BLACK)
    light.goto(address + TUTORIALS[0])
    is_now(BLACK)


def test_without_scripts_there_is_no_button_that_does_nothing(browser, address):
    with closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(address)
        assert page.locator(".palette button").count() == 1
        assert not page.locator(".palette button").is_visible()


def test_the_buttons_that_copy_need_their_script(browser, address):
    with closing(browser.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(address + TUTORIALS[0])
        assert page.locator("article pre").count() > 10
        assert not page.get_by_title("Copy to clipboard").first.is_visible()


@pytest.mark.parametrize("path", TUTORIALS)
def test_downloads_and_record_are_there(light, address, path):
    light.goto(address + path)
    links = light.locator(".run-it a").all()
    assert [link.inner_text() for link in links] == ["Exercise notebook", "Solved notebook", "Script", "Open in Colab"]
    for link in links[:3]:
        answer = light.request.get(link.evaluate("link => link.href"))
        assert answer.ok
        if link.get_attribute("href").endswith(".ipynb"):
            assert json.loads(answer.text())["nbformat"] == 4
        else:
            assert answer.text().startswith("# /// script")
    record = light.request.get(light.locator(".stamp a").evaluate("link => link.href")).json()
    assert record["executed_at"][:10] in light.locator(".stamp").inner_text()


def test_the_archive_holds_every_download(site):
    assert (site / "tutorials/all.zip").stat().st_size > 10_000
    assert {Path(path).name for path in TUTORIALS} <= {folder.name for folder in (site / "tutorials").glob("*/*")}
