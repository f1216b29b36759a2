"""The site builds, and its scripts run in an empty folder; `mkdocs.yml` has tests of each page."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "site"
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        check=True,
    )
    return folder


def test_scripts_run_in_an_empty_folder(site, tmp_path):
    scripts = sorted(site.glob("tutorials/**/*.py"))
    assert scripts
    for script in scripts:
        subprocess.run([sys.executable, script], cwd=tmp_path, check=True)
