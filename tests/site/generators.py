"""The generators that build the site: how each is called, and which tests look at both sites."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pages import REPOSITORY, ROOT, SITE_URL

_ENVIRONMENT = os.environ | {
    "NO_MKDOCS_2_WARNING": "1",
    "SITE_URL": SITE_URL,
    "REPOSITORY": REPOSITORY,
}


def under_both(unless: str = "") -> pytest.MarkDecorator:
    """Run a test on MkDocs' site and, as a slow one, on Zensical's.

    Args:
      unless: why the test fails on Zensical's site; if it passes there, that is a failure.
    """
    marks = [pytest.mark.slow]
    if unless:
        marks.append(pytest.mark.xfail(reason=unless, strict=True))
    sites = ["mkdocs", pytest.param("zensical", marks=marks)]
    return pytest.mark.parametrize("site", sites, indirect=True, scope="session")


def _run(command: list[str | Path], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def mkdocs(folder: Path) -> Path:
    """Build the site with MkDocs; its folder."""
    _run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder], ROOT)
    return folder


def zensical(folder: Path) -> Path:
    """Build the site with Zensical from what `tutorials write` writes; its folder."""
    tutorials = Path(sys.executable).with_name("tutorials")
    _run([tutorials, "write", folder], ROOT)
    _run([sys.executable, ROOT / "docs/overrides/offer_porting.py", folder / "docs"], ROOT)
    printed = _run([sys.executable, "-m", "zensical", "build", "--strict"], folder)
    assert "No issues found" in printed
    return folder / "site"


# Each generator's way to build, and the variable that names the folder of a finished site.
BUILD = {"mkdocs": (mkdocs, "BUILT_SITE"), "zensical": (zensical, "BUILT_ZENSICAL")}
