import base64
import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from nbformat import NotebookNode
from nbformat.v4 import new_output

from publishing.kernel import STYLE
from publishing.numbers import Tolerance
from publishing.pictures import compare_pictures, digest

SVG, PNG = "image/svg+xml", "image/png"


def picture(draw, *kinds) -> NotebookNode:
    """A figure as a kernel gives it, SVG and PNG unless one is named."""
    data = {}
    with mpl.rc_context(fname=STYLE):
        figure = Figure()
        draw(figure.subplots())
        for kind in kinds or (SVG, PNG):
            file = io.BytesIO()
            figure.savefig(file, format=kind[6:9], bbox_inches="tight")
            content = file.getvalue()
            data[kind] = content.decode() if kind == SVG else base64.b64encode(content).decode()
    return new_output("display_data", data=data)


def only(kinds, output) -> NotebookNode:
    """The output without the other kinds."""
    return new_output("display_data", data={kind: output.data[kind] for kind in kinds})


def line(values=(1.0, 3.0, 2.0), label="loss", colour="C0", alpha=1.0):
    def draw(axes):
        axes.plot(values, color=colour, alpha=alpha)
        axes.set_title(label)

    return draw


DIFFERENT = {
    "a point": line((1.0, 3.0, 2.4)),
    "a point more": line((1.0, 3.0, 2.0, 2.5)),
    "a label": line(label="accuracy"),
    "a number in a label": line(label="loss 0.95"),
    "a colour": line(colour="C1"),
    "how opaque it is": line(alpha=0.6),
    "an element more": lambda axes: (line()(axes), axes.axhline(2.0)),
}


KINDS = ([SVG, PNG], [SVG], [PNG])


@pytest.fixture(scope="module")
def plain() -> NotebookNode:
    """The figure that others are compared with."""
    return picture(line())


@pytest.mark.parametrize("kind", DIFFERENT)
def test_a_figure_that_shows_something_else_differs(kind, plain):
    other = picture(DIFFERENT[kind])
    for kinds in KINDS:
        old, new = only(kinds, plain), only(kinds, other)
        assert compare_pictures(old, new, Tolerance())
        assert digest(old) != digest(new)


def test_noise_in_the_data_is_no_difference(plain):
    other = picture(line((1.0, 3.00003, 2.00002)))
    assert plain.data[SVG] != other.data[SVG]
    for kinds in KINDS:
        assert compare_pictures(only(kinds, plain), only(kinds, other), Tolerance()) == ""


def test_ids_and_metadata_are_no_difference(plain):
    old = only([SVG], plain)
    written = old.data[SVG].replace("Matplotlib v", "Matplotlib v9").replace('id="p', 'id="q').replace("(#p", "(#q")
    new = new_output("display_data", data={SVG: written})
    assert old != new
    assert compare_pictures(old, new, Tolerance()) == ""
    assert digest(old) == digest(new)


def test_where_the_svg_is_written_otherwise_the_pixels_decide(plain):
    written = plain.data[SVG].replace("<defs>", '<g id="new"/><defs>', 1)
    assert compare_pictures(plain, new_output("display_data", data={**plain.data, SVG: written}), Tolerance()) == ""
    said = compare_pictures(plain, new_output("display_data", data={SVG: written}), Tolerance())
    assert said == "the SVG has other elements, labels or colours"


def test_a_marker_that_moved_is_seen_in_the_pixels_of_a_heavy_figure():
    x = np.linspace(0.0, 1.0, 2000)

    def cloud(at):
        return lambda axes: axes.scatter([*x, at], [*x, 0.2], s=9)

    old, new = picture(cloud(0.6), PNG), picture(cloud(0.7), PNG)
    assert "pixels differ" in compare_pictures(old, new, Tolerance())


def test_a_figure_of_another_size_differs():
    old, new = (picture(line(label=label), PNG) for label in ("a", "two\nlines"))
    assert "pixels became" in compare_pictures(old, new, Tolerance())


def test_an_svg_that_is_no_xml_is_compared_as_text():
    old, new = (new_output("display_data", data={SVG: f"<svg>{text}"}) for text in ("one", "two"))
    assert compare_pictures(old, old, Tolerance()) == ""
    assert compare_pictures(old, new, Tolerance())
    assert digest(old) != digest(new)
