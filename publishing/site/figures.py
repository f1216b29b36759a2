"""Figures as files: SVG that follows the reader's palette, PNG where the SVG would be heavy."""

import re
from dataclasses import dataclass, replace
from typing import Self
from xml.etree import ElementTree

from nbformat import NotebookNode

from publishing.read.markup import drawing_defect
from publishing.run.outputs import PICTURES, picture

SVG_LIMIT = 100_000  # bytes of an SVG for which no page takes the PNG

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")

# The colours of run/matplotlibrc, on light and on dark. The patterns below follow Matplotlib's SVG.
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
_LIGHT = "".join(f"--{name}:{light};" for name, light, _ in _COLOURS.values())
_DARK = "".join(f"--{name}:{dark};" for name, _, dark in _COLOURS.values())
# What is drawn in pixels, as by imshow, has its lightness inverted in the dark and keeps its hue;
# white becomes the page, and not black.
_STYLE = (
    f"<style>:root{{{_LIGHT}}}@media(prefers-color-scheme:dark){{:root{{{_DARK}}}"
    "image{filter:invert(.91)hue-rotate(180deg)}}</style>"
)
_SVG = "{http://www.w3.org/2000/svg}"
_POINT = 96 / 72  # Matplotlib gives the sides of a figure in points
_NUMBER = r"(\d*\.?\d+)"
_ROOT = re.compile(r"<svg(?=[\s>])[^>]*(?<!/)(?=>)")
_SIDE = re.compile(r"\s(?:width|height)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# Of a figure as Matplotlib names its groups, what a stamp is too small for.
_DETAIL = re.compile(r"([xy]tick|text|legend)_")
_BOLD = "path{vector-effect:non-scaling-stroke}g[id^=line2d] path{stroke-width:1.8!important}"


@dataclass(frozen=True)
class Figure:
    """A figure as a file, `svg`, `png` or `jpeg`, and its size in CSS pixels.

    Of an SVG that came with a PNG or JPEG, `raster` is that, for places that show no SVG.
    """

    suffix: str
    content: bytes
    width: int
    height: int
    raster: Self | None = None

    @property
    def tied(self) -> bool:
        """Whether parts of it say what code they are of."""
        return self.suffix == "svg" and b' id="of-' in self.content


def is_figure(output: NotebookNode) -> bool:
    """Whether an output is a picture that a page can show."""
    return not {"image/svg+xml", "image/png", "image/jpeg"}.isdisjoint(output.get("data", {}))


def figure(output: NotebookNode) -> Figure:
    """The file that shows a picture; raises a ValueError if no page can have it."""
    raster = _raster(output)
    if "image/svg+xml" not in output.data:
        return raster
    try:
        drawn = _drawing(output.data["image/svg+xml"])
    except ValueError:
        if raster:
            return raster
        raise
    heavy = len(drawn.content) > SVG_LIMIT
    return raster if raster and heavy else replace(drawn, raster=raster)


def _raster(output: NotebookNode) -> Figure | None:
    """The PNG or JPEG of an output; raises a ValueError if it is damaged."""
    suffix = next((kind for kind in PICTURES if f"image/{kind}" in output.data), "")
    if not suffix:
        return None
    try:
        content, size = picture(output.data[f"image/{suffix}"])
    except ValueError as error:
        raise ValueError(f"its {suffix.upper()} {error}") from error
    return Figure(suffix, content, *size)


def stamp(figure: Figure) -> Figure:
    """A figure for the size of a stamp: an SVG loses text, ticks and grid."""
    if figure.suffix != "svg":
        return figure
    root = ElementTree.fromstring(figure.content)
    for group in list(root.iter(f"{_SVG}g")):
        for child in list(group):
            if child.tag == f"{_SVG}text" or _DETAIL.match(child.get("id", "")):
                group.remove(child)
    ElementTree.SubElement(root, f"{_SVG}style").text = _BOLD
    return replace(figure, content=ElementTree.tostring(root))


def _drawing(svg: str) -> Figure:
    """An SVG in the reader's font, whose colours of Matplotlib's style follow the palette."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"its SVG is damaged ({error}); draw it again.") from None
    for parent in list(root.iter()):
        for metadata in parent.findall(f"{_SVG}metadata"):
            parent.remove(metadata)
    # What is read here is what is published: no comment, entity or instruction that another
    # program reads otherwise.
    root.text = root.text or "\n"  # or an empty one had no end
    svg = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    if defect := drawing_defect(root):
        raise ValueError(f"its SVG {defect}")
    # Whole pixels, as the page says them: a picture of another shape would move what stands below.
    width, height = map(round, _sides(root))
    opening = _ROOT.search(svg)
    attributes = _SIDE.sub("", opening[0]).removeprefix("<svg")
    svg = f'<svg width="{width}" height="{height}"{attributes}{svg[opening.end() :]}'
    svg = re.sub(r"font-family: [^;]*sans-serif;", "font-family: sans-serif;", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    for colour, (name, _, _) in _COLOURS.items():
        svg = svg.replace(f": {colour}", f": var(--{name})")
    return Figure("svg", svg.replace(">", f">{_STYLE}", 1).encode(), width, height)


def _sides(root: ElementTree.Element) -> list[float]:
    """The width and the height of an SVG in CSS pixels: in points or pixels, or its viewBox."""
    lengths = [
        re.fullmatch(rf"{_NUMBER}(pt|px)?", root.get(side, "")) for side in ("width", "height")
    ]
    if all(lengths):
        sides = [float(length[1]) * (_POINT if length[2] == "pt" else 1) for length in lengths]
    else:
        sides = [float(number) for number in re.findall(_NUMBER, root.get("viewBox", ""))[2:]]
    if root.tag not in (f"{_SVG}svg", "svg") or len(sides) != 2 or not all(sides):
        raise ValueError("its SVG does not say how large it is; give `<svg>` a width and a height.")
    return sides
