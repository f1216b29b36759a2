"""Offers the package haiku-porting with the site: a wheel, one file, its table and its rules."""

import csv
import io
import itertools
import os
import shutil
import sys
import tempfile
import zipapp
import zipfile
from collections.abc import Collection
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

DOCS = Path(__file__).parents[1]
SOURCE = DOCS.parent / "snippets/porting"
PACKAGES = {"jax": "JAX", "haiku": "Haiku", "optax": "Optax", "chex": "chex", "numpy": "NumPy"}
REMOVED = "reference/removed.md"  # of docs: its text, and where the table goes
MARK = "<!-- removed names -->"


RULE = """---
description: {code} of haiku-port revive, {finds}, with an example, why, and when to leave it.
---

{text}
[All rules](../revive.md#the-rules)
"""


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the wheel, `haiku-port.pyz`, the page of removed names, and one for each rule."""
    files.remove(files.src_uris[REMOVED])
    for name, content in offered(config.site_url or "").items():
        files.append(File.generated(config, name, content=content))


def offered(site: str) -> dict[str, bytes]:
    """The contents of all these files by their places in the sources of the site."""
    page = (DOCS / REMOVED).read_text(encoding="utf-8")
    pages = {REMOVED: page.replace(MARK, removed_names())} | rule_pages()
    return made(site) | {place: text.encode() for place, text in pages.items()}


def rule_pages() -> dict[str, str]:
    """A page for each rule of `haiku-port revive`, which the menu does not have."""
    if str(DOCS.parent) not in sys.path:
        sys.path.append(str(DOCS.parent))
    from snippets.porting.revive.explain import explained
    from snippets.porting.revive.rules import rules

    return {
        f"reference/revive/{code}.md": RULE.format(
            code=code, finds=rule.finds.replace("`", ""), text=explained(code)
        )
        for code, rule in rules().items()
    }


def removed_names() -> str:
    """The rows of the table that say what to write instead, by package and by message."""
    with (SOURCE / "revive/removed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    modules = {row["name"].rpartition(".")[0] for row in rows}
    told = [row for row in rows if row["instead"] and row["kind"] != "older"]
    messages = {row["name"]: _message(row["name"], modules) for row in told}
    told.sort(key=lambda row: (row["package"], messages[row["name"]]))
    lines = []
    for package, of_package in itertools.groupby(told, key=lambda row: row["package"]):
        lines += [f"## {PACKAGES.get(package, package)}", ""]
        for message, its in itertools.groupby(of_package, key=lambda row: messages[row["name"]]):
            lines += [f"### {message}", "", "| name | last in | instead | why |"]
            lines += ["|---|---|---|---|", *map(_row, its), ""]
    return "\n".join(lines)


def _message(name: str, modules: Collection[str]) -> str:
    """How the message begins that Python gives where a removed name or argument is used."""
    if "(" in name:
        return "`got an unexpected keyword argument`"
    module, _, last = name.rpartition(".")
    if name.startswith("import.") or (name in modules and last.islower()):
        return "`No module named`, `cannot import name`"
    return f"`module '{module}' has no attribute`" if module else "`object has no attribute`"


def _row(row: dict[str, str]) -> str:
    """A name of the table, the last release that had it, what to write instead, and why."""
    name = row["name"].replace("import.", "import ")
    told = row["instead"]
    is_code = row["kind"] == "renamed" or '"' in told  # in prose its marks would be curled
    instead = f"`{told}`" if is_code else told.replace("|", "\\|")
    return f"| `{name}` | {row['last']} | {instead} | {row['why']} |"


def made(site: str = "") -> dict[str, bytes]:
    """The wheel and the single file that needs nothing but Python, by their names.

    They know the site's address, so that what they print can lead to its pages.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = shutil.copytree(SOURCE, f"{folder}/source")
        Path(source, "revive/site.txt").write_text(site, encoding="utf-8")
        (path,) = WheelBuilder(source).build(directory=folder, versions=["standard"])
        wheel = Path(path)
        with zipfile.ZipFile(wheel) as archive:
            packed = [name for name in archive.namelist() if name.startswith("haiku_porting/")]
            archive.extractall(f"{folder}/packed", packed)
        single = io.BytesIO()
        start = "haiku_porting.command:main"
        zipapp.create_archive(
            f"{folder}/packed", single, "/usr/bin/env python3", start, compressed=True
        )
        return {wheel.name: wheel.read_bytes(), "haiku-port.pyz": single.getvalue()}


if __name__ == "__main__":  # into the sources that `tutorials write` wrote for another generator
    for place, content in offered(os.environ.get("SITE_URL", "")).items():
        path = Path(sys.argv[1], place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
