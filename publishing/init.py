"""A new course: the files of `template/`, with its name, and with this package as it is installed here."""

import json
import re
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

from publishing.read.problem import relative

TEMPLATE = Path(__file__).with_name("template")
_NAMED = ("pyproject.toml", "mkdocs.yml", "README.md", "docs/index.md")  # files with words to replace
_DISTRIBUTION = "mkdocs-tutorials"


class FolderError(Exception):
    """A folder in which no course can begin: one sentence, with the way out."""


def write_course(folder: Path) -> None:
    """Write a course that builds into a folder, which must not be there or be empty; else a FolderError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderError(f"{relative(folder)} holds something already; name a new folder.")
    words = re.findall(r"[a-z0-9]+", folder.resolve().name.lower())
    if not words:
        raise FolderError(f"{relative(folder)} gives no name for a course; use letters or digits.")
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    meant = {"COURSE_NAME": "-".join(words), "COURSE_TITLE": " ".join(words).capitalize(), "ENGINE": requirement()}
    for path in (folder / name for name in _NAMED):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub("|".join(meant), lambda word: meant[word[0]], text), encoding="utf-8")
    (folder / ".python-version").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")


def requirement() -> str:
    """What a `pyproject.toml` says to have this package from where it was installed here, as PEP 610 records it."""
    installed = distribution(_DISTRIBUTION)
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if not origin:
        return f"{_DISTRIBUTION}>={installed.version}"
    version_control = origin.get("vcs_info")
    url = (
        f"{version_control['vcs']}+{origin['url']}@{version_control['commit_id']}" if version_control else origin["url"]
    )
    return f"{_DISTRIBUTION} @ {url}"
