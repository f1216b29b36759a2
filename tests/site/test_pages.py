"""What a reader meets on the pages: their weight, their hosts, folds, figures, downloads."""

import gzip
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from answers import ROOT

from publishing.tutorial import read_tutorials

TUTORIALS = [f"tutorials/{tutorial.name}/" for tutorial in read_tutorials(ROOT / "tutorials")]
PAGES = ["", "how-it-is-built/", *TUTORIALS]

pytestmark = pytest.mark.xdist_group("site")


@pytest.mark.parametrize("path", TUTORIALS)
def test_a_tutorial_weighs_at_most_20_kilobytes_without_figures(site, path):
    assert len(gzip.compress((site / path / "index.html").read_bytes())) <= 20_000


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
        assert len(image.get_attribute("alt").split()) >= 5
    assert narrow.locator("article figure > img").count() >= 1


@pytest.mark.parametrize("path", TUTORIALS)
def test_solutions_are_folded_and_unfold_on_a_click(light, address, path):
    light.goto(address + path)
    solution = light.locator(".exercise details").first
    assert not solution.locator("code").first.is_visible()
    solution.locator("summary").click()
    assert solution.locator("code").first.is_visible()
    assert "NotImplementedError" not in solution.locator("code").first.inner_text()


@pytest.mark.parametrize("path", TUTORIALS)
def test_the_copy_button_copies_the_code_of_its_cell(light, address, path):
    light.goto(address + path)
    code = light.locator(".highlight").first
    code.hover()
    code.locator("button.md-clipboard, button[data-md-type=copy], .md-code__button").first.click()
    light.wait_for_timeout(200)
    assert light.evaluate("navigator.clipboard.readText()").strip() == code.locator("code").inner_text().strip()


@pytest.mark.parametrize("path", TUTORIALS)
def test_downloads_and_record_are_there(light, address, path):
    light.goto(address + path)
    links = light.locator(".run-it a").all()
    assert len(links) == 3
    for link in links:
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
