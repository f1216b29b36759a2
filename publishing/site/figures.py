"""Figures as files: SVG that follows the reader's palette, PNG where the SVG would be heavy."""

import base64
import io
import re
import warnings
from typing import NamedTuple
from xml.etree import ElementTree

from nbformat import NotebookNode

from publishing.read.markup import drawing_defect

SVG_LIMIT = 100_000
PIXELS = 50_000_000  # of a picture; Pillow warns of one that is larger than 89 million

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
_PIXELS = {"": 1, "px": 1, "pt": 96 / 72, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4}
_NUMBER = r"(\d*\.?\d+)"
_ROOT = re.compile(r"<svg(?=[\s>])[^>]*(?<!/)(?=>)")


class Figure(NamedTuple):
    """A figure as a file, `svg`, `png` or `jpeg`, and its size in CSS pixels."""

    suffix: str
    content: bytes
    width: int
    height: int


def is_figure(output: NotebookNode) -> bool:
    """Whether an output is a picture that a page can show."""
    return not {"image/svg+xml", "image/png", "image/jpeg"}.isdisjoint(output.get("data", {}))


def figure(output: NotebookNode) -> Figure:
    """The file that shows a picture; raises a ValueError if it is damaged, or holds what no page may hold."""
    instead = picture(output)
    try:
        drawn = _drawn(output.data["image/svg+xml"]) if "image/svg+xml" in output.data else instead
    except ValueError:
        if instead:
            return instead
        raise
    return instead if instead and len(drawn.content) > SVG_LIMIT else drawn


def picture(output: NotebookNode) -> Figure | None:
    """The PNG or JPEG of an output, for places where an SVG cannot be shown; raises a ValueError if it is damaged."""
    from PIL import Image  # slow to import, and most builds make no page

    suffix = next((kind for kind in ("png", "jpeg") if f"image/{kind}" in output.data), "")
    if not suffix:
        return None
    try:
        content = base64.b64decode(output.data[f"image/{suffix}"])
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[suffix]) as image:
                pixels = image.width * image.height
                if 0 < pixels <= PIXELS:
                    image.load()
                    return Figure(suffix, content, *image.size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = PIXELS + 1
    except Exception:  # Pillow documents no list of what damaged files raise
        pixels = 0
    if pixels:
        raise ValueError(
            f"its {suffix.upper()} has more than {PIXELS / 1e6:.0f} million pixels; draw it smaller."
        )
    raise ValueError(f"its {suffix.upper()} is damaged; draw it again.")


def small(figure: Figure) -> Figure:
    """A figure for the size of a stamp: an SVG has no text, ticks and grid, and its lines stay as wide as they were."""
    if figure.suffix != "svg":
        return figure
    root = ElementTree.fromstring(figure.content)
    for group in list(root.iter(f"{_SVG}g")):
        for child in list(group):
            if child.tag == f"{_SVG}text" or re.match(
                r"([xy]tick|text|legend)_", child.get("id", "")
            ):
                group.remove(child)
    bold = ElementTree.SubElement(root, f"{_SVG}style")
    bold.text = (
        "path{vector-effect:non-scaling-stroke}g[id^=line2d] path{stroke-width:1.8!important}"
    )
    return figure._replace(content=ElementTree.tostring(root))


def _drawn(svg: str) -> Figure:
    """An SVG of any unit; as Matplotlib's, in the reader's font, its neutral colours taken from the palette."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"its SVG is damaged ({error}); draw it again.") from None
    for parent in list(root.iter()):
        for metadata in parent.findall(f"{_SVG}metadata"):
            parent.remove(metadata)
    # What is read here is what is published: no comment, entity or instruction that another program reads otherwise.
    root.text = root.text or "\n"  # or an empty one had no end
    svg = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    if defect := drawing_defect(root):
        raise ValueError(f"its SVG {defect}")
    lengths = [
        re.fullmatch(rf"\s*{_NUMBER}([a-z]*)\s*", root.get(side, ""))
        for side in ("width", "height")
    ]
    sides = [float(length[1]) * _PIXELS.get(length[2], 0) if length else 0 for length in lengths]
    if not all(sides):
        sides = list(map(float, re.findall(_NUMBER, root.get("viewBox", ""))))[2:]
    opening = _ROOT.search(svg)
    if not opening or not sides or not all(sides):
        raise ValueError(
            "its SVG does not say how large it is; give `<svg>` a width and a height, or a viewBox."
        )
    # Whole pixels, as the page says them: a picture of another shape would move what stands below.
    width, height = map(round, sides)
    head = re.sub(r"\s(?:width|height)\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", opening[0]).removeprefix(
        "<svg"
    )
    svg = f'<svg width="{width}" height="{height}"{head}{svg[opening.end() :]}'
    svg = re.sub(r"font-family: [^;]*sans-serif;", "font-family: sans-serif;", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    for colour, (name, _, _) in _COLOURS.items():
        svg = svg.replace(f": {colour}", f": var(--{name})")
    return Figure("svg", svg.replace(">", f">{_STYLE}", 1).encode(), width, height)
