"""The addresses of the site's pages, by what is in the navigation."""

import gzip
import os
import time
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup
from mkdocs.utils.yaml import yaml_load
from playwright.sync_api import Page

from publishing.options import read_options

ROOT = Path(__file__).parents[2]
# As CI builds it, so that what depends on the address and the repository is there to be tested.
SITE_URL = os.environ.get("SITE_URL") or "https://site.test/course/"
REPOSITORY = os.environ.get("REPOSITORY") or "owner/name"
NAMES = [
    path.relative_to(ROOT / "tutorials").with_suffix("").as_posix()
    for path in sorted((ROOT / "tutorials").rglob("*.py"))
]
EXECUTED = [f"tutorials/{name}/" for name in NAMES]
# The parts of the course by title, as the navigation has them, which alone knows their number.
PARTS = {
    title: [page.replace(".ipynb", "/") for page in pages if page.endswith(".ipynb")]
    for item in yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    if isinstance(item, dict)
    for title, pages in item.items()
    if str(pages[0]).endswith(".ipynb")
}
IS_COURSE = read_options(ROOT / "mkdocs.yml").site.is_course
# These teach, with exercises.
TUTORIALS = [f"tutorials/{name}/" for name in NAMES if IS_COURSE(name)]
BY_HAND = [
    path.relative_to(ROOT / "docs").with_suffix("").as_posix().removesuffix("index")
    + "/" * (path.stem != "index")
    for path in sorted((ROOT / "docs").rglob("*.md"))
]
PAGES = [*EXECUTED, *BY_HAND]
# Of each kind one, which a browser looks at in the first tier: the front page, a tutorial with all
# kinds of exercises and a form, one with a handle and mathematics, the errors with their filter,
# the reference, a page of tables, one by hand.
SAMPLE = (
    "",
    "tutorials/haiku/regression/",
    "tutorials/jax/descent/",
    "tutorials/look_up/errors/",
    "reference/snippets/",
    "exercises/",
    "about/",
)


def sent(file: Path) -> int:
    """The bytes of a file as a server sends it."""
    return len(gzip.compress(file.read_bytes()))


@cache
def soup(folder: Path) -> BeautifulSoup:
    """The HTML of the page in a folder."""
    return BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")


def wait_until(page: Page, condition: str) -> None:
    """Wait for what JavaScript says.

    Playwright's own way runs text within the page, which the page's policy forbids.
    """
    for _ in range(500):
        if page.evaluate(condition):
            return
        time.sleep(0.02)
    raise AssertionError(f"it never became true that {condition}")
