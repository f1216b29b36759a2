# /// script
# requires-python = ">=3.12"
# dependencies = ["brotli>=1.2", "font-source-serif-pro==0.0.1", "fonttools>=4.60"]
# ///
# ruff: noqa: RUF001
"""Cuts the font of the site's headings from Source Serif, for when a sign is missing.

It is called by hand: `uv run .ci/headings_font.py`.
"""

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset

ASSETS = Path(__file__).parents[1] / "publishing/look/assets"
SIGNS = {*range(0x20, 0x7F), *map(ord, "\u00a0–—‘’“”…é")}
# The letters of other languages; pages take the larger file whose headings have one of them.
OTHERS = {*range(0xA1, 0x530), *range(0x1E00, 0x2000)}
NAME = "Headings"  # the licence reserves the name of the whole font

package = Path(find_spec("font_source_serif_pro").origin).parent
options = subset.Options(
    flavor="woff2",
    layout_features=["kern", "liga", "ccmp", "mark"],
    name_IDs=[0, 1, 2, 4, 6, 13, 14],
    hinting=False,
)


def cut(signs: Collection[int], file: Path) -> str:
    """Write a part of the font; gives its copyright."""
    with subset.load_font(package / "files/SourceSerifPro-Semibold.ttf", options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=signs)
        cutter.subset(font)
        copyright = font["name"].getDebugName(0)
        for record in font["name"].names:
            if record.nameID in (1, 4, 6):
                record.string = NAME
        subset.save_font(font, file, options)
    print(f"{len(signs)} signs, {file.stat().st_size / 1000:.0f} kB")
    return copyright


copyright = cut(SIGNS, ASSETS / "headings.woff2")
cut(SIGNS | OTHERS, ASSETS / "headings-all.woff2")
_, title, licence = (ASSETS / "math-licence.txt").read_text().partition("SIL OPEN FONT LICENSE")
own = (
    "headings.woff2 and headings-all.woff2 are parts of Source Serif Pro Semibold under another"
    " name: the letters that headings may need."
)
(ASSETS / "headings-licence.txt").write_text("\n".join([copyright, own, "", title + licence]))
