"""Drawings of mechanisms: boxes, arrows, and arrays with their axes.

A drawing is 36 units wide, and a unit is the height of its text: on a telephone,
where it fills the screen, its text is still read.

Each part can say what code it is `of`, such as `"hk.Linear(8)"`: a piece of a listing
above the drawing. What follows ` | ` is a piece of an output. The page then lights both
when a reader points at either, and walks the parts in the order in which they are
drawn; parts of the same code are one step.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import matplotlib.pyplot as plt
import numpy as np
from jax.typing import ArrayLike
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch, Rectangle

# What a part is; state counts as parameters. Others only tell apart parts of one kind.
DATA, PARAMETERS, GRADIENT, RUNS = "C0", "C2", "C1", "C3"

_WIDTH, _POINTS = 36, 10  # units, and points a unit
_CHARACTER = 0.62  # units, of the type for code


def canvas(height: float) -> Axes:
    """Make a figure to draw in, without axes; y grows downwards, as lines of text do.

    Args:
      height: in units, each as high as the text.

    Returns:
      The axes that all other functions here draw in.

    Raises:
      ValueError: if `height` is not positive.

    Examples:
      >>> canvas(height=4).get_ylim() == (4, 0)
      True
    """
    if height <= 0:
        raise ValueError(f"height is {height}; it must be positive")
    inches = _POINTS / 72
    figure = plt.figure(figsize=(_WIDTH * inches, height * inches))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, _WIDTH), ylim=(height, 0))
    axes.axis("off")
    return axes


def note(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    align: str = "center",
    of: str = "",
    **style: Any,
) -> None:
    """Write prose around a place.

    Args:
      axes: what `canvas` gives.
      x: of the text's left end, middle or right end, as `align` says.
      y: of its middle.
      text: one line or several.
      align: `"left"`, `"center"` or `"right"`.
      of: the code that it is of.
      style: other options of Matplotlib's text, such as `color=GRADIENT`.

    Examples:
      >>> note(canvas(height=3), 2, 1.5, "params", align="left", color=PARAMETERS)
    """
    options: dict[str, Any] = {"size": _POINTS} | style
    written = axes.text(x, y, text, ha=align, va="center", **options)
    _tie(axes, [written], of)


def box(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    color: str = RUNS,
    width: float = 0,
    of: str = "",
) -> Patch:
    """Draw code in a box with round corners.

    Args:
      axes: what `canvas` gives.
      x: of its centre.
      y: of its centre.
      text: one line or several.
      color: of its edge, and of its ground, which is paler.
      width: in units; 0 takes what the text needs.
      of: the code that it is of.

    Returns:
      The box, from and to which arrows lead.

    Examples:
      >>> loss = box(canvas(height=3), 18, 1.5, "loss = f(params)")
    """
    lines = text.split("\n")
    width = width or _CHARACTER * max(map(len, lines)) + 1.2
    height = 1.35 * len(lines) + 0.7
    corner = x - width / 2, y - height / 2
    shape = "round,pad=0,rounding_size=0.5"
    edge = FancyBboxPatch(corner, width, height, shape, fc="none", ec=color, lw=1.4)
    ground = FancyBboxPatch(corner, width, height, shape, fc=color, ec="none")
    ground.set_alpha(0.12)
    for patch in (ground, edge):
        axes.add_patch(patch)
    text = text.replace(" ", "\N{NO-BREAK SPACE}")  # of several, SVG would show one
    note(axes, x, y, text, family="monospace", linespacing=1.35, ma="left")
    _tie(axes, [edge, ground, axes.texts[-1]], of)
    return edge


def arrow(
    axes: Axes,
    start: Patch | tuple[float, float],
    end: Patch | tuple[float, float],
    text: str = "",
    bend: float = 0,
    color: str = DATA,
    side: float = 0.9,
    of: str = "",
) -> None:
    """Draw an arrow from one part of the drawing to another, from edge to edge.

    Args:
      axes: what `canvas` gives.
      start: a box or an array of the drawing, or a place (x, y).
      end: likewise.
      text: what passes along the arrow.
      bend: 0 for a straight arrow, else how far it bows to its left, as a part of its
        length.
      color: of the arrow and its text.
      side: how far above its middle the text stands, in units; below if negative.
      of: the code that it is of.

    Examples:
      >>> axes = canvas(height=3)
      >>> init, apply = box(axes, 5, 1.5, "init"), box(axes, 30, 1.5, "apply")
      >>> arrow(axes, init, apply, "params", color=PARAMETERS)
    """
    texts = len(axes.texts)
    line = FancyArrowPatch(
        _centre(start),
        _centre(end),
        patchA=start if isinstance(start, Patch) else None,
        patchB=end if isinstance(end, Patch) else None,
        connectionstyle=f"arc3,rad={-bend}",
        arrowstyle="-|>",
        mutation_scale=10,
        shrinkA=2,
        shrinkB=2,
        color=color,
        lw=1.4,
    )
    axes.add_patch(line)
    if text:
        first, control, last = np.asarray(line.get_path().vertices)[:3]
        x, y = (first + 2 * control + last) / 4  # the middle of its curve
        note(axes, x, y - side, text, color=color)
    _tie(axes, [line, *axes.texts[texts:]], of)


def array(
    axes: Axes,
    x: float,
    y: float,
    values: ArrayLike,
    names: Sequence[str] = (),
    color: str = DATA,
    cell: float = 2.2,
    form: str = "",
    of: str = "",
) -> Patch:
    """Draw an array as a grid of cells: the larger a value, the stronger its colour.

    Args:
      axes: what `canvas` gives.
      x: of its left edge.
      y: of its top.
      values: of shape (rows, columns), (columns,) or ().
      names: of the axes, as in `("B", "D")`; written beside it with their lengths.
      color: of the cells; a value of zero has none.
      cell: width and height of a cell, in units.
      form: how each value is written, as in `".1f"`; empty writes none.
      of: the code that it is of.

    Returns:
      The outline, from and to which arrows lead.

    Raises:
      ValueError: if `values` has more than two axes, or `names` are not one for each.

    Examples:
      >>> axes = canvas(height=7)
      >>> outline = array(axes, 5, 2, [[1, 0], [2, 3]], names=("B", "D"), form=".0f")
    """
    shape, table = np.shape(values), np.atleast_2d(np.asarray(values, float))
    if table.ndim > 2:
        raise ValueError(f"values has {len(shape)} axes; draw at most two")
    if names and len(names) != len(shape):
        raise ValueError(f"names has {len(names)} entries for {len(shape)} axes")
    rows, columns = table.shape
    patches, texts = len(axes.patches), len(axes.texts)
    largest = np.max(np.abs(table), initial=0) or 1
    for (row, column), value in np.ndenumerate(table):
        place = x + column * cell, y + row * cell
        ink = (color, 0.6 * abs(value) / largest)
        axes.add_patch(Rectangle(place, cell, cell, fc=ink, ec="#6b7280", lw=0.6))
        if form:
            middle = (place[0] + cell / 2, place[1] + cell / 2)
            note(axes, *middle, format(value, form), family="monospace")
    outline = Rectangle((x, y), columns * cell, rows * cell, fc="none", ec=color)
    axes.add_patch(outline)
    if names:
        label = f"{names[-1]} = {columns}"
        note(axes, x + columns * cell / 2, y - 0.8, label, color=color)
    if len(names) == 2:
        label = f"{names[0]} = {rows}"
        note(axes, x - 0.5, y + rows * cell / 2, label, "right", color=color)
    _tie(axes, [*axes.patches[patches:], *axes.texts[texts:]], of)
    return outline


def _centre(part: Patch | tuple[float, float]) -> tuple[float, float]:
    """The middle of a part of a drawing."""
    if not isinstance(part, Patch):
        return part
    corners = part.get_path().get_extents(part.get_patch_transform())
    return (corners.x0 + corners.x1) / 2, (corners.y0 + corners.y1) / 2


def _tie(axes: Axes, artists: Sequence[Artist], of: str) -> None:
    """Name what draws a part, with the number of the part, so that an SVG tells it.

    Numbers grow from part to part; a part within another gets its name from that.
    """
    number = len(axes.patches) + len(axes.texts)
    for place, artist in enumerate(artists):
        name = f"{'of' if of else 'part'}-{number}-{place}"
        artist.set_gid(f"{name}-{quote(of)}" if of and not place else name)
