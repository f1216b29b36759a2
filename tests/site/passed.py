"""A test of the site that ended as it should on the same files is skipped: verdicts lie where those of answers do."""

import hashlib
import os
import shutil
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from unchanged import ROOT, digest

FOLDER = ROOT / ".cache/verdicts/site"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SOURCES = ("docs", "publishing", "snippets", "tests", "tutorials", "mkdocs.yml", "pyproject.toml")
_BY_THE_CLOCK = (".gz", ".pyc")


def verdict(item: pytest.Item, site: Path) -> Path:
    """The file that is there if a test ended as it should on this site: on its page and what all share, or on all.

    One that is expected to fail has another if the reason is another.
    """
    page = item.callspec.params.get("visit") if hasattr(item, "callspec") else None
    files = (
        [*shared(site), *_under(site / page)]
        if page
        else [*shared(site), *_under(site), *_sources()]
    )
    reasons = [mark.kwargs["reason"] for mark in item.iter_markers("xfail")]
    return (
        FOLDER
        / hashlib.sha256("\n".join([item.nodeid, *reasons, _tools(), *files]).encode()).hexdigest()
    )


@cache
def shared(site: Path) -> tuple[str, ...]:
    """What every page loads, and the tests of pages."""
    return (
        *_under(site / "assets"),
        *(digest(file) for file in sorted(Path(__file__).parent.glob("*.py"))),
    )


@cache
def _sources() -> tuple[str, ...]:
    return tuple(line for name in SOURCES for line in _under(ROOT / name))


@cache
def _under(folder: Path) -> tuple[str, ...]:
    files = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    kept = [file for file in files if file.is_file() and file.suffix not in _BY_THE_CLOCK]
    return tuple(f"{file.relative_to(folder)} {digest(file)}" for file in kept)


@cache
def _tools() -> str:
    browser = (
        subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
        if CHROMIUM
        else ""
    )
    others = [version(package) for package in ("playwright", "axe-playwright-python", "zensical")]
    return " ".join([browser, *others, str(os.environ.get("CI"))])
