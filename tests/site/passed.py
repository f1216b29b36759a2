"""A test of the site that passed on the same files is skipped: the verdicts lie where those of the answers do."""

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
    """The file that is there if a test has passed on this site: on its page and what all share, or on everything."""
    page = item.callspec.params.get("visit") if hasattr(item, "callspec") else None
    files = [*shared(site), *_under(site / page)] if page else [*shared(site), *_under(site), *_sources()]
    return FOLDER / hashlib.sha256("\n".join([item.nodeid, _tools(), *files]).encode()).hexdigest()


@cache
def shared(site: Path) -> tuple[str, ...]:
    """What every page loads, and the tests of pages."""
    return (*_under(site / "assets"), *(digest(file) for file in sorted(Path(__file__).parent.glob("*.py"))))


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
        subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout if CHROMIUM else ""
    )
    return f"{browser} {version('playwright')} {version('axe-playwright-python')} {os.environ.get('CI')}"
