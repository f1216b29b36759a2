"""A test of the site that ended as it should on the same files is skipped: verdicts lie where those of answers do."""

import hashlib
import os
import shutil
import subprocess
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from pages import ROOT

FOLDER = ROOT / ".cache/verdicts/site"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SOURCES = ("docs", "publishing", "snippets", "tests", "tutorials", "mkdocs.yml", "pyproject.toml")
_UNUSED = 30 * 24 * 3600  # seconds after which a verdict goes that no run has asked for
_BY_THE_CLOCK = (".gz", ".pyc")


def verdict(item: pytest.Item, site: Path) -> Path:
    """The file that is there if a test ended as it should on this site: on its page and what all share, or on all.

    One that is expected to fail has another if the reason is another.
    """
    page = item.callspec.params.get("visit") if hasattr(item, "callspec") else None
    files = [*shared(site), *_under(site / page)] if page else [*shared(site), *_under(site), *_sources()]
    reasons = [mark.kwargs["reason"] for mark in item.iter_markers("xfail")]
    return FOLDER / hashlib.sha256("\n".join([item.nodeid, *reasons, _tools(), *files]).encode()).hexdigest()


def keep(file: Path) -> None:
    """Note that a test has passed, or that its verdict was asked for."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


def forget() -> None:
    """Remove the verdicts that no run has asked for in long."""
    for file in FOLDER.glob("*"):
        if time.time() - file.stat().st_mtime > _UNUSED:
            file.unlink(missing_ok=True)


@cache
def shared(site: Path) -> tuple[str, ...]:
    """What every page loads, and the tests of pages."""
    return (*_under(site / "assets"), *(_digest(file) for file in sorted(Path(__file__).parent.glob("*.py"))))


@cache
def _sources() -> tuple[str, ...]:
    return tuple(digest for name in SOURCES for digest in _under(ROOT / name))


@cache
def _under(folder: Path) -> tuple[str, ...]:
    files = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    kept = [file for file in files if file.is_file() and file.suffix not in _BY_THE_CLOCK]
    return tuple(f"{file.relative_to(folder)} {_digest(file)}" for file in kept)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def _tools() -> str:
    browser = (
        subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout if CHROMIUM else ""
    )
    others = [version(package) for package in ("playwright", "axe-playwright-python", "zensical")]
    return " ".join([browser, *others, str(os.environ.get("CI"))])
