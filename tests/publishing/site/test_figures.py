import base64
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from nbformat.v4 import new_output

from publishing.run import kernel
from publishing.site import figures
from publishing.site.figures import SVG_LIMIT, figure, is_figure, picture, small

STYLE = Path(kernel.__file__).with_name("matplotlibrc")


@pytest.fixture(scope="module")
def drawn():
    """The output of a cell that draws a line, 4 by 3 inches."""
    with plt.style.context(STYLE):
        drawing, axes = plt.subplots(figsize=(4, 3))
        axes.plot([1, 2], label="a line")
        axes.set_xlabel("steps")
        data = {}
        for kind, name in (("svg", "image/svg+xml"), ("png", "image/png")):
            file = io.BytesIO()
            drawing.savefig(file, format=kind, dpi=100, metadata={"Date": None} if kind == "svg" else {})
            content = file.getvalue()
            data[name] = content.decode() if kind == "svg" else base64.b64encode(content).decode()
        plt.close(drawing)
    return new_output("display_data", data=data)


def with_data(**data):
    names = {"svg": "image/svg+xml", "png": "image/png", "plain": "text/plain"}
    return new_output("display_data", data={names[kind]: content for kind, content in data.items()})


def test_only_pictures_are_figures(drawn):
    assert is_figure(drawn)
    assert not is_figure(with_data(plain="1"))
    assert not is_figure(new_output("stream", text="image/png"))


def test_a_figure_is_an_svg_with_its_size_in_css_pixels(drawn):
    made = figure(drawn)
    assert (made.suffix, made.width, made.height) == ("svg", 384, 288)


def test_the_svg_has_the_shape_that_the_page_says():
    odd = '<svg width="469.19952pt" height="281.4pt" viewBox="0 0 469.19952 281.4"><text>1pt</text></svg>'
    made = figure(with_data(svg=odd))
    assert made.content.startswith(f'<svg width="{made.width}" height="{made.height}"'.encode())
    assert b"<text>1pt</text>" in made.content


def test_the_svg_is_well_formed_and_has_no_preamble(drawn):
    content = figure(drawn).content
    assert content.startswith(b"<svg")
    assert b"<metadata>" not in content
    assert ET.fromstring(content).tag.endswith("svg")


def test_text_stays_text_and_colours_follow_the_palette(drawn):
    content = figure(drawn).content.decode()
    assert ">steps<" in content
    assert "prefers-color-scheme:dark" in content
    names = {"ink": "#1b1f24", "frame": "#6b7280", "grid": "#c9ced6", "paper": "#fdfdfd", "c0": "#0072b2"}
    for name, colour in names.items():
        assert f"var(--{name})" in content
        assert f"--{name}:" in content
        assert f": {colour}" not in content


def test_the_colours_of_the_palette_are_those_of_the_style_sheet():
    style = STYLE.read_text().lower()
    for colour in figures._COLOURS:
        assert f'"{colour}"' in style or f'"{colour[1:]}"' in style


def test_a_cover_is_the_figure_without_what_a_stamp_is_too_small_for(drawn):
    whole, stamp = figure(drawn), small(figure(drawn))
    assert (stamp.width, stamp.height) == (whole.width, whole.height)
    assert b"<text" not in stamp.content
    assert b"xtick_" in whole.content
    assert b"xtick_" not in stamp.content
    assert b"line2d_" in stamp.content
    assert ET.fromstring(stamp.content).tag.endswith("svg")


def test_a_heavy_svg_gives_way_to_the_png(drawn):
    heavy = drawn.data["image/svg+xml"].replace("</svg>", "<!-- " + "x" * SVG_LIMIT + " --></svg>")
    made = figure(with_data(svg=heavy, png=drawn.data["image/png"]))
    assert (made.suffix, made.width, made.height) == ("png", 400, 300)
    assert made.content == base64.b64decode(drawn.data["image/png"])


def test_a_png_alone_is_taken_as_it_is(drawn):
    assert figure(with_data(png=drawn.data["image/png"])).suffix == "png"


def test_the_png_is_there_for_places_that_show_no_svg(drawn):
    assert picture(drawn).content == base64.b64decode(drawn.data["image/png"])


@pytest.mark.parametrize("kind", ["image/jpeg", "image/svg+xml"])
def test_a_picture_of_another_kind_is_an_error_that_names_it(kind):
    with pytest.raises(ValueError, match=re.escape(kind)):
        figure(new_output("display_data", data={kind: "<svg></svg>"}))
