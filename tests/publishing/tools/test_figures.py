import base64
import io

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from nbformat import NotebookNode
from nbformat.v4 import new_output

from publishing.run.kernel import STYLE
from publishing.tools.figures import compare_figures, digest
from publishing.tools.numbers import Tolerance

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


@pytest.fixture(scope="module")
def plain() -> NotebookNode:
    """The figure that others are compared with."""
    return picture(line())


@pytest.mark.parametrize("kind", DIFFERENT)
def test_a_figure_that_shows_something_else_differs(kind, plain):
    other = picture(DIFFERENT[kind], SVG)
    assert compare_figures(plain, other, Tolerance())
    assert digest(plain) != digest(other)


def test_noise_in_the_data_is_not_a_difference(plain):
    other = picture(line((1.0, 3.00003, 2.00002)), SVG)
    assert plain.data[SVG] != other.data[SVG]
    assert compare_figures(plain, other, Tolerance()) == []


def test_numbers_in_labels_come_before_places_and_are_held_to_the_tolerance_of_numbers(plain):
    old, new = (
        picture(line(label="loss 0.0010"), SVG),
        picture(line((1.0, 3.0, 2.4), label="loss 0.0012"), SVG),
    )
    first, second, *_ = compare_figures(old, new, Tolerance())
    assert first == "in the figure, 0.0010 became 0.0012, by +0.0002, 0.2 of it."
    assert second.startswith("in the figure, ")


def test_ids_and_metadata_are_not_a_difference(plain):
    old = only([SVG], plain)
    svg = (
        old.data[SVG]
        .replace("Matplotlib v", "Matplotlib v9")
        .replace('id="p', 'id="q')
        .replace("(#p", "(#q")
    )
    new = new_output("display_data", data={SVG: svg})
    assert old != new
    assert compare_figures(old, new, Tolerance()) == []
    assert digest(old) == digest(new)


def test_an_svg_of_other_elements_differs_though_it_may_look_the_same(plain):
    svg = plain.data[SVG].replace("<defs>", '<g id="new"/><defs>', 1)
    new = new_output("display_data", data={**plain.data, SVG: svg})
    assert compare_figures(plain, new, Tolerance()) == ["in the figure, the words differ."]


def test_figures_that_are_only_png_are_compared_by_their_bytes_and_by_nothing_else(plain):
    old = only([PNG], plain)
    assert (
        compare_figures(
            old,
            new_output("display_data", data={**old.data, "text/plain": "<Figure>"}),
            Tolerance(),
        )
        == []
    )
    new = new_output("display_data", data={PNG: old.data[PNG][:-4]})
    (sentence,) = compare_figures(old, new, Tolerance())
    assert digest(old) != digest(new)
    assert sentence == "the figure differs; there is no SVG of both to say in what."


def test_a_figure_that_lost_its_svg_differs(plain):
    assert compare_figures(plain, only([PNG], plain), Tolerance())


def test_an_svg_that_is_not_xml_is_compared_as_text():
    old, new = (new_output("display_data", data={SVG: f"<svg>{text}"}) for text in ("one", "two"))
    assert compare_figures(old, old, Tolerance()) == []
    assert compare_figures(old, new, Tolerance())
    assert digest(old) != digest(new)
