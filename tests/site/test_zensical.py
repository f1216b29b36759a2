"""Zensical builds the site from what `tutorials write` writes, and its pages and search work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pages import PAGES, REPOSITORY, ROOT, SITE_URL
from playwright.sync_api import expect
from server import served
from test_pages import another_host_or_a_line_in_the_console, visited

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zensical"), pytest.mark.timeout(3000)]


@pytest.fixture(scope="module")
def zensical(tmp_path_factory) -> Path:
    """The folder of the site."""
    folder = tmp_path_factory.mktemp("zensical")
    variables = {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, "REPOSITORY": REPOSITORY}
    tutorials = Path(sys.executable).with_name("tutorials")
    for command, place in (
        ([tutorials, "write", folder], ROOT),
        ([sys.executable, ROOT / "docs/overrides/offer_porting.py", folder / "docs"], ROOT),
        ([sys.executable, "-m", "zensical", "build", "--strict"], folder),
    ):
        subprocess.run(command, cwd=place, env=os.environ | variables, check=True)
    return folder / "site"


def test_every_page_is_there_with_a_silent_console_and_the_search_answers(zensical, new_page):
    assert [path for path in PAGES if not (zensical / path / "index.html").is_file()] == []
    wrong = {}
    with served(zensical) as address:
        for path in PAGES:
            with visited(new_page(), address, path) as visit:
                wrong[path] = another_host_or_a_line_in_the_console(visit)
        page = new_page()
        page.goto(address)
        page.locator(".md-search__button").first.click()
        page.locator("[role=combobox]").fill("vmap")
        expect(page.locator("[role=option]").first).to_contain_text("vmap")
    assert {path: found for path, found in wrong.items() if found} == {}
