# /// script
# requires-python = ">=3.12"
# dependencies = ["brotli>=1.2", "font-source-serif-pro==0.0.1", "fonttools>=4.60"]
# ///
# ruff: noqa: RUF001
"""Cuts the font of the site's headings from Source Serif, for when a sign is missing.

It is called by hand: `uv run .ci/headings_font.py`.
"""

from importlib.util import find_spec
from pathlib import Path

from fontTools import subset

ASSETS = Path(__file__).parents[1] / "publishing/look/assets"
SIGNS = {*range(0x20, 0x7F), *map(ord, "\u00a0–—‘’“”…é")}
NAME = "Headings"  # the licence reserves the name of the whole font

package = Path(find_spec("font_source_serif_pro").origin).parent
options = subset.Options(
    flavor="woff2",
    layout_features=["kern", "liga"],
    name_IDs=[0, 1, 2, 4, 6, 13, 14],
    hinting=False,
)
with subset.load_font(package / "files/SourceSerifPro-Semibold.ttf", options) as font:
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=SIGNS)
    cutter.subset(font)
    copyright = font["name"].getDebugName(0)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = NAME
    subset.save_font(font, ASSETS / "headings.woff2", options)
_, title, licence = (ASSETS / "math-licence.txt").read_text().partition("SIL OPEN FONT LICENSE")
own = (
    "headings.woff2 is a part of Source Serif Pro Semibold under another name: "
    "the letters that headings may need."
)
(ASSETS / "headings-licence.txt").write_text("\n".join([copyright, own, "", title + licence]))
print(f"{len(SIGNS)} signs, {(ASSETS / 'headings.woff2').stat().st_size / 1000:.0f} kB")
