"""Figures as files: SVG that follows the reader's palette, PNG where the SVG would be heavy."""

import base64
import re
import struct
from typing import NamedTuple
from xml.etree import ElementTree

from nbformat import NotebookNode

SVG_LIMIT = 100_000

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")

# The colours of run/matplotlibrc, on light and on dark. The patterns below follow Matplotlib's SVG; a test tells.
_COLOURS = {
    "#1b1f24": ("ink", "#1b1f24", "#e6e8eb"),
    "#6b7280": ("frame", "#6b7280", "#9aa1ac"),
    "#c9ced6": ("grid", "#d9dde3", "#3b414c"),
    "#fdfdfd": ("paper", "transparent", "transparent"),
    "#0072b2": ("c0", "#0072b2", "#56b4e9"),
    "#b84d00": ("c1", "#b84d00", "#f0a35e"),
    "#007a59": ("c2", "#007a59", "#3cc79b"),
    "#a64d79": ("c3", "#a64d79", "#e6a3c8"),
    "#6f4fa8": ("c4", "#6f4fa8", "#bba5f2"),
    "#8a5c00": ("c5", "#8a5c00", "#e0b54a"),
}
# What is drawn in pixels, as by imshow, turns its lightness round in the dark and keeps its hue.
_STYLE = (
    "<style>:root{{{light}}}"
    "@media(prefers-color-scheme:dark){{:root{{{dark}}}image{{filter:invert(1)hue-rotate(180deg)}}}}</style>"
).format(
    light="".join(f"--{name}:{light};" for name, light, _ in _COLOURS.values()),
    dark="".join(f"--{name}:{dark};" for name, _, dark in _COLOURS.values()),
)
_SVG = "{http://www.w3.org/2000/svg}"
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


def small(figure: Figure) -> Figure:
    """A figure for the size of a stamp: an SVG has no text, ticks and grid, and bolder lines."""
    if figure.suffix != "svg":
        return figure
    root = ElementTree.fromstring(figure.content)
    for group in list(root.iter(f"{_SVG}g")):
        for child in list(group):
            if child.tag == f"{_SVG}text" or re.match(r"([xy]tick|text|legend)_", child.get("id", "")):
                group.remove(child)
    root.find(f"{_SVG}style").text += "g[id^=line2d] path{stroke-width:3!important}"
    return figure._replace(content=ElementTree.tostring(root))


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
