"""Drawings hold what was drawn, at its place, and are as wide as a phone can show."""

import io
import re
from urllib.parse import quote, unquote

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, Rectangle

from snippets.drawing import array, arrow, box, canvas, note


@pytest.fixture
def axes():
    yield canvas(20)
    plt.close("all")


def texts(axes) -> list[str]:
    return [text.get_text().replace("\N{NO-BREAK SPACE}", " ") for text in axes.texts]


def edges(patch) -> list[float]:
    """Left, top, right and bottom in units."""
    corners = patch.get_path().get_extents(patch.get_patch_transform())
    return [corners.x0, min(corners.y0, corners.y1), corners.x1, max(corners.y0, corners.y1)]


def test_a_unit_is_as_high_as_the_text(axes):
    note(axes, 18, 3, "here")
    size = axes.texts[0].get_size()
    width, height = axes.figure.get_size_inches() * 72 / size
    assert (round(width), round(height)) == (36, 20)
    with pytest.raises(ValueError, match="height is 0"):
        canvas(0)


@pytest.mark.parametrize("text", ["x", "apply(params, x)", "def f(x):\n    return x", ""])
def test_a_box_holds_its_text(axes, text):
    left, top, right, bottom = edges(box(axes, 18, 10, text))
    assert left + right == pytest.approx(36)
    assert top + bottom == pytest.approx(20)
    axes.figure.canvas.draw()
    inside = axes.texts[0].get_window_extent().transformed(axes.transData.inverted())
    assert left <= inside.x0 <= inside.x1 <= right
    assert top <= min(inside.y0, inside.y1) <= max(inside.y0, inside.y1) <= bottom


def test_a_box_can_be_wider_than_its_text(axes):
    left, _, right, _ = edges(box(axes, 18, 10, "x", width=12))
    assert right - left == pytest.approx(12)


@pytest.mark.parametrize("bend", [0, 0.3, -0.3])
@pytest.mark.parametrize(
    ("start", "end"), [((4, 5), (30, 5)), ((4, 5), (4, 18)), ((30, 15), (4, 3))]
)
def test_the_text_of_an_arrow_stands_over_its_middle(axes, start, end, bend):
    arrow(axes, start, end, "grads", bend=bend, side=0)
    (drawn,) = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    points = np.array([start, drawn.get_path().vertices[1], end])
    along, beside = points[2] - points[0], axes.texts[0].get_position() - points[0]
    off = (along[0] * beside[1] - along[1] * beside[0]) / np.square(along).sum()
    assert np.sign(round(off, 2)) == -np.sign(
        bend
    )  # y grows downwards: left of the arrow is above it
    np.testing.assert_allclose(axes.texts[0].get_position(), [1, 2, 1] @ points / 4, atol=0.5)


def test_an_arrow_ends_at_the_edges(axes):
    first, second = box(axes, 6, 10, "one"), array(axes, 25, 9, np.ones(2))
    arrow(axes, first, second)
    (drawn,) = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    xs = drawn.get_path().vertices[:3, 0]
    assert edges(first)[2] <= xs.min() < edges(first)[2] + 1
    assert edges(second)[0] - 1 < xs.max() <= edges(second)[0]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 1), (0,), (0, 4)])
def test_an_array_has_a_cell_for_each_value(axes, shape):
    outline = array(axes, 5, 5, jnp.ones(shape), cell=2)
    cells = [
        patch for patch in axes.patches if isinstance(patch, Rectangle) and patch is not outline
    ]
    assert len(cells) == np.prod(shape)
    rows, columns = np.atleast_2d(np.ones(shape)).shape
    assert edges(outline) == pytest.approx([5, 5, 5 + 2 * columns, 5 + 2 * rows])


def test_an_array_says_its_axes_and_values_and_zero_is_the_paper(axes):
    array(axes, 5, 5, [[0, 1], [2, -4]], ("B", "D"), form=".0f")
    assert texts(axes) == ["0", "1", "2", "-4", "D = 2", "B = 2"]
    assert [patch.get_facecolor()[3] for patch in axes.patches[:4]] == pytest.approx(
        [0, 0.15, 0.3, 0.6]
    )


@pytest.mark.parametrize(
    ("values", "names", "message"),
    [
        (np.ones((2, 2, 2)), (), "3 axes"),
        (np.ones(2), ("B", "D"), "2 entries for 1 axes"),
        (1.0, ("B",), "for 0 axes"),
    ],
)
def test_an_array_with_other_axes_is_refused(axes, values, names, message):
    with pytest.raises(ValueError, match=message):
        array(axes, 5, 5, values, names)


def names(axes) -> list[str]:
    """The names of all that is drawn, in the order of the parts."""
    artists = [*axes.patches, *axes.texts]
    return sorted((each.get_gid() for each in artists), key=lambda name: int(name.split("-")[1]))


def test_each_part_has_a_number_of_its_own_that_grows(axes):
    first = box(axes, 6, 10, "one", of="one(x)")
    second = array(axes, 20, 9, [[0, 1], [2, 3]], ("B", "D"), form=".0f")
    arrow(axes, first, second, "passes", of="passes")
    note(axes, 18, 3, "here")
    found = names(axes)
    assert len(found) == len(set(found)) == 3 + 11 + 2 + 1
    kinds = dict.fromkeys(tuple(name.split("-")[:2]) for name in found)
    assert [kind for kind, _ in kinds] == ["of", "part", "of", "part"]


@pytest.mark.parametrize("code", ["hk.Linear(8)", "x @ w | b:f32[3] = dot a", 'd["ü"] < 100 %'])
def test_a_part_names_its_code_once_and_an_svg_keeps_it(axes, code):
    box(axes, 6, 10, "one", of=code)
    file = io.StringIO()
    axes.figure.savefig(file, format="svg")
    found = re.findall(r' id="of-\d+-(\d+)-?([^"]*)"', file.getvalue())
    assert sorted(found) == [("0", quote(code)), ("1", ""), ("2", "")]
    assert unquote(quote(code)) == code
