"""The site as it would be published, served on localhost, and Debian's Chromium to look at it."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import passed
import pytest
from pages import REPOSITORY, ROOT, SITE_URL
from playwright.sync_api import Browser, Page, sync_playwright
from server import served
from unchanged import forget, keep

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


SITE = pytest.StashKey[Path]()


def _verdict(item: pytest.Item) -> Path | None:
    """Where the verdict of a test is kept; nowhere before there is a site."""
    site = item.config.stash.get(SITE, None)
    return passed.verdict(item, site) if site and site.exists() else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if (file := _verdict(item)) and file.exists():
        keep(file)
        pytest.skip("it passed on the same files before")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.passed and (file := _verdict(item)):
        keep(file)
    return report


@pytest.fixture(scope="session", autouse=True)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site of this run is, or will be."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    request.config.stash[SITE] = ROOT / os.environ["BUILT_SITE"] if "BUILT_SITE" in os.environ else shared / "site"
    forget(passed.FOLDER)
    return request.config.stash[SITE]


@pytest.fixture(scope="session")
def site(place: Path) -> Path:
    """The folder of a strict build: `BUILT_SITE`, built with the tests' `SITE_URL` and `REPOSITORY`, or one for all."""
    if "BUILT_SITE" in os.environ:
        return place
    unfinished = place.with_name("unfinished")
    with place.with_name("site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(unfinished)]
            environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, "REPOSITORY": REPOSITORY}
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            unfinished.rename(place)
    return place


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of the front page."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")  # Playwright keeps an event loop running, which other tests need for themselves
def browser() -> Iterator[Browser]:
    """A browser; in CI it is required."""
    if passed.CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must install chromium")
        pytest.skip("there is no chromium; install it to test the built site")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=passed.CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages with a store of their own, 1280 pixels wide and light unless a test wants others."""
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
    page.close()


@pytest.fixture
def narrow(new_page) -> Iterator[Page]:
    """A page 390 pixels wide."""
    page = new_page(390)
    yield page
    page.close()
