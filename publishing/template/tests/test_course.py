"""The site builds, and its scripts run in an empty folder; `mkdocs.yml` has tests of each page."""

import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, served where it is built for: from there scripts fetch data."""
    folder = tmp_path_factory.mktemp("built") / "site"
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
            cwd=ROOT,
            env={**os.environ, "SITE_URL": f"http://127.0.0.1:{server.server_port}/"},
            check=True,
        )
        yield folder
        server.shutdown()


def test_scripts_run_in_an_empty_folder(site, tmp_path):
    scripts = sorted(site.glob("tutorials/**/*.py"))
    assert scripts
    for number, script in enumerate(scripts):
        folder = tmp_path / str(number)
        folder.mkdir()
        subprocess.run([sys.executable, script], cwd=folder, check=True)
