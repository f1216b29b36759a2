"""The site builds, its scripts run in an empty folder, and all pages and answers are right."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.relative_to(ROOT / "tutorials") for path in ROOT.glob("tutorials/**/*.py"))


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


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_nothing_is_wrong_with_a_page_and_checks_tell_right_answers_from_wrong_ones(page):
    command = [Path(sys.executable).with_name("tutorials"), "check", page.with_suffix("")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
