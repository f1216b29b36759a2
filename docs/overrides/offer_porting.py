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
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "snippets/porting"
PACKAGES = {"jax": "JAX", "haiku": "Haiku", "optax": "Optax", "chex": "chex", "numpy": "NumPy"}
HEAD = """---
description: Names that JAX, Haiku, Optax, chex and NumPy removed, and what to write instead.
---

# Removed names, and what to write instead

Names and arguments that some release since 2020 had, and that today's packages refuse.
[haiku-port revive](revive.md) finds them in your files, with {others} more that have no successor,
and writes the new names that stand here in code letters.
"""


RULE = """---
description: {code} of haiku-port revive, {finds}, with an example, why, and when to leave it.
---

{text}
[All rules](../revive.md#the-rules)
"""


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the wheel, `haiku-port.pyz`, the page of removed names, and one for each rule."""
    for name, content in offered(config.site_url or "").items():
        files.append(File.generated(config, name, content=content))


def offered(site: str) -> dict[str, bytes]:
    """The contents of all these files by their places in the sources of the site."""
    pages = {"reference/removed.md": removed_names()} | rule_pages()
    return made(site) | {place: text.encode() for place, text in pages.items()}


def rule_pages() -> dict[str, str]:
    """A page for each rule of `haiku-port revive`, which the menu does not have."""
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from snippets.porting.revive.explain import explained
    from snippets.porting.revive.rules import rules

    return {
        f"reference/revive/{code}.md": RULE.format(
            code=code, finds=rule.finds.replace("`", ""), text=explained(code)
        )
        for code, rule in rules().items()
    }


def removed_names() -> str:
    """The rows of the table that say what to write instead, by package and module."""
    with (SOURCE / "revive/removed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [row for row in rows if row["instead"] and row["kind"] != "older"]
    lines = [HEAD.format(others=len(rows) - len(told))]
    for package, of_package in itertools.groupby(told, key=lambda row: row["package"]):
        lines += [f"## {PACKAGES.get(package, package)}", ""]
        lines += ["| name | last in | instead | why |", "|---|---|---|---|"]
        for row in of_package:
            name = row["name"].replace("import.", "import ")
            exact = row["kind"] == "renamed"
            instead = f"`{row['instead']}`" if exact else row["instead"].replace("|", "\\|")
            lines.append(f"| `{name}` | {row['last']} | {instead} | {row['why']} |")
        lines.append("")
    return "\n".join(lines)


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
