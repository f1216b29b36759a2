"""The generators that build the site: how each is called, and what one of them cannot do yet."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pages import REPOSITORY, ROOT, SITE_URL

EXPECTED = (
    yaml.safe_load(Path(__file__).with_name("zensical.yml").read_text(encoding="utf-8")) or []
)
REASONS = {test: each["reason"] for each in EXPECTED for test in each["tests"]}
_ENVIRONMENT = os.environ | {
    "NO_MKDOCS_2_WARNING": "1",
    "SITE_URL": SITE_URL,
    "REPOSITORY": REPOSITORY,
}


def reason(item: pytest.Item) -> str | None:
    """Why a test fails on Zensical's site, of all its cases or of one, as zensical.yml says."""
    case = re.sub("^zensical-?|-zensical$", "", item.callspec.id)
    name = f"{item.path.name}::{item.originalname}"
    return REASONS.get(name) or REASONS.get(f"{name}[{case}]")


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
    assert "No issues found" in _run(
        [sys.executable, "-m", "zensical", "build", "--strict"], folder
    )
    return folder / "site"


# Each generator's way to build, and the variable that names the folder of a finished site.
BUILD = {"mkdocs": (mkdocs, "BUILT_SITE"), "zensical": (zensical, "BUILT_ZENSICAL")}
