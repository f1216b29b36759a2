"""A small project in a temporary folder, for the modules that need a kernel or MkDocs."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.__main__ import cli
from mkdocs.exceptions import Abort

from publishing.settings import Settings

CONFIG = """
site_name: Tiny
theme: mkdocs
plugins:
  - tutorials: { workers: 2, timeout: 60 }
  - mkdocs-jupyter
"""


class Project:
    """Tutorials and snippets in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        folders = {name: root / name for name in ("tutorials", "snippets", "docs")}
        for folder in folders.values():
            folder.mkdir()
        (root / "docs/index.md").write_text("# Home\n")
        (root / "mkdocs.yml").write_text(CONFIG)
        self.settings = Settings(
            source=folders["tutorials"],
            snippets=folders["snippets"],
            records=root / ".cache/records",
            workers=2,
            timeout=60,
        )

    def tutorial(self, name: str, cells: str) -> Path:
        """Write a tutorial: a title cell, then these cells."""
        path = self.root / "tutorials" / f"{name}.py"
        return self._save(path, f"# %% [markdown]\n# # {name}\n\n{textwrap.dedent(cells).lstrip()}")

    def snippet(self, name: str, text: str) -> Path:
        """Write a module of snippets."""
        path = self.root / "snippets" / f"{name}.py"
        return self._save(path, textwrap.dedent(text).lstrip())

    def _save(self, path: Path, text: str) -> Path:
        """Write at one stroke, as editors do: a watcher must not see an empty file first."""
        path.parent.mkdir(parents=True, exist_ok=True)
        (self.root / "saving").write_text(text, encoding="utf-8")
        return (self.root / "saving").replace(path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project, which is also the current folder."""
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def line_with(project: Project) -> Callable[[str], str]:
    """`file:line:` of the only line of the project that contains a text."""

    def find(text: str) -> str:
        (found,) = [
            f"{path.relative_to(project.root)}:{number}:"
            for path in sorted(project.root.glob("*/**/*.py"))
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if text in line
        ]
        return found

    return find


@pytest.fixture
def mkdocs_build(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> Callable:
    """`mkdocs build` in the project: its exit code and what it printed.

    (click's test runner would replace sys.stderr, which absl, once imported, then closes.)
    """
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")

    def call() -> tuple[int, str]:
        try:
            cli.main(["build"], standalone_mode=False)
        except Abort:
            return 1, capsys.readouterr().err
        return 0, capsys.readouterr().err

    return call
