"""The site as it would be published, served on localhost, and Debian's Chromium to look at it."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import SITE_URL
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of a strict build."""
    folder = tmp_path_factory.mktemp("built") / "course"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SITE_URL": SITE_URL, "REPOSITORY": "owner/name"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address under which the site is served: not the root of its host, as a project's pages are not."""
    handler = functools.partial(_Quiet, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{site.name}/"
        server.shutdown()


@pytest.fixture(scope="module")  # Playwright keeps an event loop running, which other tests need for themselves
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


@pytest.fixture(params=["light", "dark"])
def wide(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page 1280 pixels wide, in either palette."""
    yield from _page(browser, 1280, request.param)


@pytest.fixture
def light(browser: Browser) -> Iterator[Page]:
    """A page 1280 pixels wide, in the light palette."""
    yield from _page(browser, 1280, "light")


@pytest.fixture
def lenient(browser: Browser) -> Iterator[Page]:
    """A page 1280 pixels wide that lets a test bring a script of its own."""
    yield from _page(browser, 1280, "light", bypass_csp=True, reduced_motion="reduce")


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A page 390 pixels wide."""
    yield from _page(browser, 390, "light")


def _page(browser: Browser, width: int, scheme: str, **more: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()
