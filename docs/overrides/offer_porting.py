"""Builds the package haiku-porting with the site: a wheel, and a file for who has Python only."""

import tempfile
import zipapp
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from mkdocs.config.defaults import MkDocsConfig

SOURCE = Path(__file__).parents[2] / "snippets/porting"


def on_post_build(config: MkDocsConfig) -> None:
    """Write the wheel and `haiku-port.pyz` to the root of the site."""
    site = Path(config.site_dir)
    (wheel,) = WheelBuilder(str(SOURCE)).build(directory=str(site), versions=["standard"])
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            packed = [name for name in archive.namelist() if name.startswith("haiku_porting/")]
            archive.extractall(folder, packed)
        single = site / "haiku-port.pyz"
        start = "haiku_porting.command:main"
        zipapp.create_archive(folder, single, "/usr/bin/env python3", start, compressed=True)
    single.chmod(0o644)  # as all that a server offers
