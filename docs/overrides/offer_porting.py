"""Offers the package haiku-porting with the site: a wheel, one file, and its table as a page."""

import csv
import io
import itertools
import sys
import tempfile
import zipapp
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

SOURCE = Path(__file__).parents[2] / "snippets/porting"
PACKAGES = {"jax": "JAX", "haiku": "Haiku", "optax": "Optax", "chex": "chex", "numpy": "NumPy"}
HEAD = """---
description: Names that JAX, Haiku, Optax, chex and NumPy removed, and what to write instead.
---

# Removed names, and what to write instead

Names and arguments that some release since 2020 had, and that today's packages refuse.
[haiku-port revive](revive.md) finds them in your files, with {others} more that have no successor,
and writes the new names that stand here in code letters.
"""


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the wheel, `haiku-port.pyz` and the page of removed names."""
    for name, content in offered().items():
        files.append(File.generated(config, name, content=content))


def offered() -> dict[str, bytes]:
    """The contents of all these files by their places in the sources of the site."""
    return made() | {"reference/removed.md": removed_names().encode()}


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


def made() -> dict[str, bytes]:
    """The wheel and the single file that needs nothing but Python, by their names."""
    with tempfile.TemporaryDirectory() as folder:
        (path,) = WheelBuilder(str(SOURCE)).build(directory=folder, versions=["standard"])
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
    for place, content in offered().items():
        path = Path(sys.argv[1], place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
