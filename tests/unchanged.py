"""`uv run pytest` skips a test of the engine or the snippets that passed on the same files; a test that is named runs.

Such a test depends on all files of the repository but the pages and the answers to their exercises. It depends on these
too if it, its module or a fixture of its session opens one of them, or starts a program in the folder of all.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections import defaultdict
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache/verdicts/tests"
FOLDERS = (ROOT / "tests/publishing", ROOT / "tests/snippets")
_UNUSED = 30 * 24 * 3600  # seconds after which a verdict goes that no run has asked for
_PATHS = ("open", "os.listdir", "os.scandir")  # audit events whose first argument is a path


class Reads:
    """Whether a module, or a fixture of the session, reads pages of a repository."""

    def __init__(self, root: Path) -> None:
        self._root, self._reader = os.path.realpath(root), ""
        self.pages: dict[str, set[str]] = defaultdict(set)  # by reader

    def begin(self, reader: str) -> str:
        """From now on, this module or fixture reads; returns which did before."""
        before, self._reader = self._reader, reader
        return before

    def hear(self, event: str, arguments: tuple) -> None:
        """Note what an audit event of Python tells."""
        if not self._reader:
            return
        if event in _PATHS and isinstance(arguments[0], str | bytes | os.PathLike):
            place = Path(os.path.relpath(os.path.realpath(os.fsdecode(arguments[0])), self._root))
            if is_page(place) and (
                event == "open" or place.parts[0] != "tests"
            ):  # which `import` lists
                self.pages[self._reader].add(str(place))
        elif event == "subprocess.Popen":
            _, words, folder, _ = arguments
            told = " ".join(
                map(os.fsdecode, [words] if isinstance(words, str | bytes | os.PathLike) else words)
            )
            told = f"{os.path.realpath(os.fsdecode(folder or Path.cwd()))} {told}".replace(
                f"{self._root}/.venv", ""
            )
            if self._root in told:
                self.pages[self._reader].add(told)


def is_page(place: Path) -> bool:
    """Whether a file or folder, relative to the root, is one of the pages or of the answers to their exercises."""
    first, second = (*place.parts, "", "")[:2]
    return (
        first == "tutorials" or (first, second) == ("tests", "tutorials") or is_prose(first, second)
    )


def is_prose(first: str, second: str) -> bool:
    """Whether it is `docs` itself or in it, what makes the look of the site aside."""
    return first == "docs" and second not in ("assets", "overrides")


class Unchanged:
    """The plugin that skips tests and keeps what passed."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """A module is imported while it is collected."""
        if isinstance(collector, pytest.Module):
            self._reads.begin(reader(collector))

    def pytest_collection_finish(self) -> None:
        """No module is imported any more."""
        self._reads.begin("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> object:
        """What a fixture of the session reads counts for all tests that use it."""
        if fixturedef.scope != "session":
            return (yield)
        before = self._reads.begin(fixturedef.argname)
        try:
            return (yield)
        finally:
            self._reads.begin(before)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a test that passed on the same files."""
        self._reads.begin("")
        for file in (verdict(item, pages=pages) for pages in (False, True) if reader(item)):
            if file.exists():
                keep(file)
                pytest.skip("it passed on the same files before")
        self._reads.begin(reader(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo) -> object:
        """Keep that a test passed."""
        report = yield
        self._reads.begin("" if call.when == "call" else reader(item))
        if call.when == "call" and report.passed and reader(item):
            keep(
                verdict(
                    item,
                    pages=any(
                        self._reads.pages.get(name) for name in (reader(item), *item.fixturenames)
                    ),
                )
            )
        return report


def reader(node: pytest.Item | pytest.Collector) -> str:
    """The module of a test of the engine or the snippets."""
    return str(node.path) if any(node.path.is_relative_to(folder) for folder in FOLDERS) else ""


def is_whole(config: pytest.Config) -> bool:
    """Whether all tests run, none is named or chosen, in a repository."""
    chosen = ("file_or_dir", "keyword", "markexpr", "lf", "failedfirst", "deselect")
    return (ROOT / ".git").exists() and not any(config.getoption(name, None) for name in chosen)


def verdict(item: pytest.Item, *, pages: bool) -> Path:
    """The file that is there if a test has passed on these files, those of the pages among them or not."""
    return (
        FOLDER / hashlib.sha256(f"{item.nodeid} {pages} {_state(pages=pages)}".encode()).hexdigest()
    )


def keep(file: Path) -> None:
    """Note that a test has passed, or that its verdict was asked for."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()


def forget(folder: Path) -> None:
    """Remove the verdicts that no run has asked for in long."""
    for file in folder.glob("*"):
        if time.time() - file.stat().st_mtime > _UNUSED:
            file.unlink(missing_ok=True)


def digest(file: Path) -> str:
    """The digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def _state(*, pages: bool) -> str:
    """A digest of the files that git does not ignore, with the pages or without, and of what is installed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    places = sorted(
        place for place in set(listed.split("\0")) if place and (pages or not is_page(Path(place)))
    )
    files = [f"{place} {digest(ROOT / place)}" for place in places if (ROOT / place).is_file()]
    packages = sorted(f"{package.name} {package.version}" for package in distributions())
    state = "\n".join([sys.version, sys.platform, os.environ.get("CI", ""), *packages, *files])
    return hashlib.sha256(state.encode()).hexdigest()
