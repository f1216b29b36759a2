"""Figures as files: SVG that follows the reader's palette, PNG where the SVG would be heavy."""

import base64
import re
import struct
from typing import NamedTuple

from nbformat import NotebookNode

SVG_LIMIT = 100_000

# What is not data in run/matplotlibrc, on light and on dark. The patterns below follow Matplotlib's SVG; a test tells.
_COLOURS = {
    "#1b1f24": ("ink", "#1b1f24", "#e6e8eb"),
    "#6b7280": ("frame", "#6b7280", "#9aa1ac"),
    "#c9ced6": ("grid", "#d9dde3", "#3b414c"),
    "#fdfdfd": ("paper", "transparent", "transparent"),
}
_STYLE = "<style>:root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}</style>".format(
    light="".join(f"--{name}:{light};" for name, light, _ in _COLOURS.values()),
    dark="".join(f"--{name}:{dark};" for name, _, dark in _COLOURS.values()),
)
_PIXELS_PER_POINT = 96 / 72


class Figure(NamedTuple):
    """A figure as a file, `svg` or `png`, and its size in CSS pixels."""

    suffix: str
    content: bytes
    width: int
    height: int


def is_figure(output: NotebookNode) -> bool:
    """Whether an output is a picture."""
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def figure(output: NotebookNode) -> Figure:
    """The file that shows a picture; raises a ValueError if that is neither a PNG nor an SVG of Matplotlib."""
    svg = output.data.get("image/svg+xml", "")
    sides = [re.search(rf'{side}="([\d.]+)pt"', svg) for side in ("width", "height")]
    if all(sides) and len(adapted := _adapted(svg).encode()) <= SVG_LIMIT:
        return Figure("svg", adapted, *(round(float(side[1]) * _PIXELS_PER_POINT) for side in sides))
    return picture(output)


def picture(output: NotebookNode) -> Figure:
    """The PNG of an output, for places where an SVG cannot be shown; raises a ValueError if it has none."""
    if "image/png" not in output.data:
        raise ValueError(f"a picture must be a PNG or Matplotlib's SVG, not {', '.join(output.data)}.")
    content = base64.b64decode(output.data["image/png"])
    return Figure("png", content, *struct.unpack(">II", content[16:24]))


def _adapted(svg: str) -> str:
    """An SVG of Matplotlib without its preamble, in the reader's font, its neutral colours taken from the palette."""
    svg = svg[svg.index("<svg") :]
    # Whole pixels, as the page says them: a picture of another shape would move what stands below.
    svg = re.sub(r'="([\d.]+)pt"', lambda points: f'="{round(float(points[1]) * _PIXELS_PER_POINT)}"', svg, count=2)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;]*sans-serif;", "font-family: sans-serif;", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    for colour, (name, _, _) in _COLOURS.items():
        svg = svg.replace(f": {colour}", f": var(--{name})")
    return svg.replace(">", f">{_STYLE}", 1)
