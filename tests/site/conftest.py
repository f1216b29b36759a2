"""The site as it would be published, served on localhost, and Debian's Chromium to look at it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import REPOSITORY, ROOT, SITE_URL
from playwright.sync_api import Browser, Page, sync_playwright
from server import served

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a browser is slow, but for the tests that look at a sample of pages."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("sample"):
            item.add_marker(pytest.mark.slow)
        if "site" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            # The first builds the site, and in a fresh clone runs each page, beside other tests.
            item.add_marker(pytest.mark.timeout(3000))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, built once for all workers, or the one that `BUILT_SITE` names.

    It has the tests' `SITE_URL` and `REPOSITORY`.
    """
    if "BUILT_SITE" in os.environ:
        return ROOT / os.environ["BUILT_SITE"]
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, unfinished = shared / "site", shared / "unfinished"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            command = [
                sys.executable,
                "-m",
                "mkdocs",
                "build",
                "--strict",
                "--site-dir",
                unfinished,
            ]
            variables = {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, "REPOSITORY": REPOSITORY}
            done = subprocess.run(
                command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of the front page."""
    with served(site) as address:
        yield address


# Not of the session: Playwright keeps an event loop running, which other tests need for themselves.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; in CI it is required."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must install chromium")
        pytest.skip("there is no chromium; install it to test the built site")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages with a store of their own, 1280 pixels wide and light unless told otherwise."""
    contexts = []

    def new(width: int = 1280, scheme: str = "light", **options: object) -> Page:
        viewport = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=viewport, color_scheme=scheme, **options))
        contexts[-1].grant_permissions(["clipboard-read", "clipboard-write"])
        return contexts[-1].new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def light(new_page) -> Iterator[Page]:
    """A page 1280 pixels wide, in the light palette."""
    page = new_page()
    yield page
    page.context.close()


@pytest.fixture
def narrow(new_page) -> Iterator[Page]:
    """A page 390 pixels wide."""
    page = new_page(390)
    yield page
    page.context.close()
