"""Runs of tutorials whose cells read files: a first cell, which no record has, brings these."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line
from publishing.run import notebook
from publishing.run.notebook import Run
from publishing.settings import Settings

_BRING = "import shutil; shutil.copytree({!r}, '.', dirs_exist_ok=True); del shutil"


async def execute(variant: Variant, settings: Settings, *arguments: Any, **options: Any) -> Run:
    """As `notebook.execute`, in a folder that has the data of the variant."""
    if not variant.data:
        return await notebook.execute(variant, settings, *arguments, **options)
    with TemporaryDirectory(prefix="data-") as folder:
        for name, content in variant.data.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        place = variant.tutorial.path, 1
        first = Cell(True, *place, lines=(Line(_BRING.format(folder), *place),))
        whole = replace(variant, cells=(first, *variant.cells))
        run = await notebook.execute(whole, settings, *arguments, **options)
    return replace(run, outputs=run.outputs[1:], seconds=run.seconds[1:])
