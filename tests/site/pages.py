"""The addresses of the site's pages, by what is in the navigation."""

import os
import time
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Page

from publishing.plugin import read_options
from publishing.read.percent import read_tutorials

ROOT = Path(__file__).parents[2]
# As CI builds it, so that what depends on the address and the repository is there to be tested.
SITE_URL = os.environ.get("SITE_URL") or "https://site.test/course/"
REPOSITORY = os.environ.get("REPOSITORY") or "owner/name"
NAMES = [tutorial.name for tutorial in read_tutorials(ROOT / "tutorials")]
EXECUTED = [f"tutorials/{name}/" for name in NAMES]
IS_COURSE = read_options(ROOT / "mkdocs.yml").site.is_course
TUTORIALS = [
    f"tutorials/{name}/" for name in NAMES if IS_COURSE(name)
]  # these teach, with exercises
BY_HAND = [
    path.relative_to(ROOT / "docs").with_suffix("").as_posix().removesuffix("index")
    + "/" * (path.stem != "index")
    for path in sorted((ROOT / "docs").rglob("*.md"))
]
PAGES = [*EXECUTED, *BY_HAND]


@cache
def soup(folder: Path) -> BeautifulSoup:
    """The HTML of the page in a folder; as text it has quotes around each attribute, which the site leaves out."""
    return BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")


def wait_until(page: Page, condition: str) -> None:
    """Wait for what JavaScript says; Playwright's own way runs text within the page, which its policy forbids."""
    for _ in range(500):
        if page.evaluate(condition):
            return
        time.sleep(0.02)
    raise AssertionError(f"it never became true that {condition}")
