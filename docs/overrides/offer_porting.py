"""Offers the package haiku-porting with the site: a wheel, and a file for who has Python only."""

import io
import tempfile
import zipapp
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

SOURCE = Path(__file__).parents[2] / "snippets/porting"


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the wheel and `haiku-port.pyz` to the root of the site."""
    for name, content in made().items():
        files.append(File.generated(config, name, content=content))


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
