import base64
import io
import random
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from contextlib import suppress
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from nbformat.v4 import new_output
from PIL import Image

from publishing.run import kernel
from publishing.site import figures
from publishing.site.figures import SVG_LIMIT, Figure, figure, is_figure, stamp
from publishing.site.look import LOOK

SVG = "http://www.w3.org/2000/svg"

ROOT = Path(__file__).parents[3]
STYLE = Path(kernel.__file__).with_name("matplotlibrc")


def pixels(content: bytes) -> list[bytes]:
    """What each frame of a picture shows."""
    with Image.open(io.BytesIO(content)) as image:
        frames = (image.seek(number) for number in range(getattr(image, "n_frames", 1)))
        return [image.convert("RGBA").tobytes() for _ in frames]


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
            drawing.savefig(
                file, format=kind, dpi=100, metadata={"Date": None} if kind == "svg" else {}
            )
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
    odd = (
        '<svg width="469.19952pt" height="281.4pt" viewBox="0 0 469.19952 281.4"><text>'
        "1pt</text></svg>"
    )
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
    names = {
        "ink": "#1b1f24",
        "frame": "#6b7280",
        "grid": "#c9ced6",
        "paper": "#fdfdfd",
        "c0": "#0072b2",
    }
    for name, colour in names.items():
        assert f"var(--{name})" in content
        assert f"--{name}:" in content
        assert f": {colour}" not in content


def test_the_colours_of_the_palette_are_those_of_the_style_sheet():
    style = STYLE.read_text().lower()
    for colour in figures._COLOURS:
        assert f'"{colour}"' in style or f'"{colour[1:]}"' in style


def test_what_is_white_in_pixels_has_the_colour_of_the_page_in_the_dark(drawn):
    """A colour map that begins with white begins with the page, and not with a black hole."""
    amount = float(re.search(r"image{filter:invert\((.*?)\)", figure(drawn).content.decode())[1])
    sheet = (LOOK / "assets/site.css").read_text()
    page = re.search(r"--md-default-bg-color: light-dark\(#\w+, #(\w+)\)", sheet)[1]
    assert all(abs(255 * (1 - amount) - channel) < 10 for channel in bytes.fromhex(page))


def test_a_cover_is_the_figure_without_what_a_stamp_is_too_small_for(drawn):
    whole, cover = figure(drawn), stamp(figure(drawn))
    assert (cover.width, cover.height) == (whole.width, whole.height)
    assert b"<text" not in cover.content
    assert b"xtick_" in whole.content
    assert b"xtick_" not in cover.content
    assert b"line2d_" in cover.content
    assert (
        b"vector-effect:non-scaling-stroke" in cover.content
    )  # or boxes and arrows would be hairs
    assert ET.fromstring(cover.content).tag.endswith("svg")


@pytest.mark.parametrize(("name", "tied"), [("of-3-0-x%20%40%20w", True), ("part-3-0", False)])
def test_a_figure_is_tied_if_a_part_of_it_says_what_code_it_is_of(name, tied):
    svg = f'<svg xmlns="{SVG}" width="9" height="9"><g id="{name}"><rect/></g></svg>'
    drawn = figure(with_data(svg=svg))
    assert drawn.tied == tied
    assert f'id="{name}"'.encode() in drawn.content
    assert not Figure("png", b' id="of-3-0-x"', 9, 9).tied


def test_a_heavy_svg_gives_way_to_the_png(drawn):
    heavy = drawn.data["image/svg+xml"].replace(
        "</svg>", "<desc>" + "x" * SVG_LIMIT + "</desc></svg>"
    )
    made = figure(with_data(svg=heavy, png=drawn.data["image/png"]))
    assert (made.suffix, made.width, made.height) == ("png", 400, 300)
    assert pixels(made.content) == pixels(base64.b64decode(drawn.data["image/png"]))


def test_a_png_alone_is_taken_as_it_is(drawn):
    assert figure(with_data(png=drawn.data["image/png"])).suffix == "png"


def test_the_png_is_there_for_places_that_show_no_svg(drawn):
    raster = base64.b64decode(drawn.data["image/png"])
    assert pixels(figure(drawn).raster.content) == pixels(raster)


def test_an_svg_without_a_raster_is_taken_however_heavy_and_nothing_stands_for_it():
    heavy = with_data(svg=f'<svg width="1" height="1"><desc>{"x" * SVG_LIMIT}</desc></svg>')
    assert figure(heavy).suffix == "svg"
    assert figure(heavy).raster is None


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="72pt" height="36pt"', (96, 48)),
        ('width="100px" height="50px"', (100, 50)),
        ('width="100" height="50.4"', (100, 50)),
        ('width="2in" height="1in" viewBox="0 0 30 20"', (30, 20)),
        ('viewBox="0 0 30 20"', (30, 20)),
        ('viewBox="-5,-5,30.2,20"', (30, 20)),
        ('width="100%" height="100%" viewBox="0 0 30 20"', (30, 20)),
        ('width="15" viewBox="0 0 30 20" stroke-width="2"', (30, 20)),
    ],
)
@pytest.mark.parametrize(
    "before", ["", '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<!-- by a program -->\n']
)
def test_an_svg_gives_its_size_in_points_or_pixels_or_else_by_its_viewbox(attributes, size, before):
    made = figure(
        with_data(svg=f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}><g/></svg>')
    )
    root = ET.fromstring(made.content)
    assert (made.width, made.height) == size == (int(root.get("width")), int(root.get("height")))
    assert root.get("viewBox") == (re.search('viewBox="(.*?)"', attributes) or {1: None})[1]
    assert (root.get("stroke-width") == "2") == ("stroke" in attributes)


def raster(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((30, 20), 50).save(stream, kind)
    return stream.getvalue()


def encoded(kind: str, content: bytes):
    return new_output("display_data", data={f"image/{kind}": base64.encodebytes(content).decode()})


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_png_or_jpeg_is_published_with_its_size(kind):
    content = raster(kind)
    made = figure(encoded(kind, content))
    assert made == Figure(kind, made.content, 30, 20)
    assert kind == "jpeg" or pixels(made.content) == pixels(content)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
@pytest.mark.parametrize("part", [0, 0.05, 0.3, 0.6, 0.9])
def test_a_picture_that_is_cut_off_is_an_error_that_names_its_kind(kind, part):
    content = raster(kind)
    with pytest.raises(ValueError, match=f"its {kind.upper()} is damaged; draw it again."):
        figure(encoded(kind, content[: int(len(content) * part)]))


@pytest.mark.parametrize("byte", [0, 20, 60, 200])
def test_a_png_with_a_byte_changed_is_an_error(byte):
    content = bytearray(raster("png"))
    content[byte] ^= 0xFF
    with pytest.raises(ValueError, match="its PNG is damaged"):
        figure(encoded("png", bytes(content)))


def png(
    width: int,
    height: int,
    *chunks: tuple[bytes, bytes],
    depth: int = 8,
    colour: int = 0,
    data: bytes = b"",
) -> bytes:
    """A PNG of these chunks, each with a right checksum."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    rows = [
        head,
        *chunks,
        (b"IDAT", data or zlib.compress(bytes((width + 1) * height))),
        (b"IEND", b""),
    ]
    packed = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in rows
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def other(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("P", (3, 2)).save(stream, kind)
    return stream.getvalue()


DAMAGED = {
    "no width": png(0, 1),
    "no height": png(1, 0),
    "no size": png(0, 0),
    "a palette that is missing": png(4, 4, colour=3)[:33]
    + png(4, 4, colour=3)[33:].replace(b"IDAT", b"IDAX"),
    "a colour type that there is not": png(4, 4, colour=5),
    "a depth that there is not": png(4, 4, depth=3),
    "a text that grows": png(4, 4, (b"zTXt", b"a\0\0" + zlib.compress(bytes(10_000_000)))),
    "a text in a language that grows": png(
        4, 4, (b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(10_000_000)))
    ),
    "a chunk that is too short": png(4, 4, (b"gAMA", b"")),
    "a second head that is too short": png(4, 4, (b"IHDR", b"1")),
    "no data": png(4, 4, data=b"x"),
    "a profile that is cut": png(4, 4, (b"iCCP", b"a\0\1x")),
    "a GIF": other("gif"),
    "a BMP": other("bmp"),
    "a TIFF": other("tiff"),
}


def kind_of(content: bytes) -> str:
    return "jpeg" if content.startswith(b"\xff\xd8") else "png"


@pytest.mark.parametrize("name", DAMAGED)
def test_whatever_pillow_says_of_a_picture_is_told_in_a_sentence(name):
    kind = kind_of(DAMAGED[name])
    with pytest.raises(ValueError, match=f"^its {kind.upper()} is damaged; draw it again.$"):
        figure(encoded(kind, DAMAGED[name]))


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_no_byte_that_is_changed_added_or_taken_gives_another_error(kind):
    content, draw = raster(kind), random.Random(1)
    for _ in range(300):
        changed = bytearray(content)
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(changed))
            changed[at : at + draw.randint(0, 3)] = draw.randbytes(draw.randint(0, 3))
        with suppress(ValueError):
            assert figure(encoded(kind, bytes(changed))).content[:2] == content[:2]


def test_a_picture_with_a_palette_and_one_that_moves_show_what_they_showed():
    moving = io.BytesIO()
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 100, 200)]
    frames[0].save(moving, "png", save_all=True, append_images=frames[1:])
    with_palette = io.BytesIO()
    Image.new("P", (4, 4)).save(with_palette, "png")
    for content in (moving.getvalue(), with_palette.getvalue(), png(1, 1), png(7_000, 7_000)):
        assert pixels(figure(encoded("png", content)).content) == pixels(content)


@pytest.mark.parametrize("data", ["", "not a picture", "%%%", raster("jpeg").hex()])
def test_what_is_no_picture_is_an_error(data):
    with pytest.raises(ValueError, match="its PNG is damaged"):
        figure(new_output("display_data", data={"image/png": data}))


@pytest.mark.parametrize(
    ("svg", "what"),
    [
        ("", "is damaged"),
        ('<svg width="1" height="1"><g></svg>', "is damaged"),
        ('<svg width="1" height="1"><g/>', "is damaged"),
        ('<svg width="1" height="1"><text>&nbsp;</text></svg>', "is damaged"),
        ("<svg><g/></svg>", "does not say how large it is"),
        ('<svg width="0" height="1"><g/></svg>', "does not say how large it is"),
        ('<svg width="1em" height="1em"><g/></svg>', "does not say how large it is"),
        ('<html width="1" height="1"></html>', "has `<html>`"),
        ('<svg width="1" height="1"><script>f()</script></svg>', "has `<script>`"),
        ('<svg width="1" height="1" onload="f()"></svg>', "has `onload` in `<svg>`"),
        ('<svg width="1" height="1"><a href="b.html"><g/></a></svg>', "has `<a>`"),
        (
            '<svg width="1" height="1"><use href="b.svg#c"/></svg>',
            "has `b.svg#c` in `href` of `<use>`",
        ),
        (
            '<svg width="1" height="1"><image href="b.png"/></svg>',
            "has `b.png` in `href` of `<image>`",
        ),
        (
            '<svg width="1" height="1"><g fill="url(//a.test/b)"/></svg>',
            "has `url(//a.test/b)` in `fill` of `<g>`",
        ),
        (
            '<svg width="1" height="1"><g style="fill: url(b#c)"/></svg>',
            "has `fill: url(b#c)` in `style` of `<g>`",
        ),
        (
            '<svg width="1" height="1"><style>@import "a.css";</style></svg>',
            "has a style sheet with `@import`",
        ),
        (
            f'<svg xmlns="{SVG}" width="1" height="1"><h:p xmlns:h="http://www.w3.org/1999/xhtml"/></svg>',
            "has `<p>`",
        ),
        (f'<a:svg xmlns:a="{SVG}" width="1" height="1"><a:script/></a:svg>', "has `<script>`"),
        (
            '<!DOCTYPE svg [<!ENTITY a "<script/>">]><svg width="1" height="1">&a;</svg>',
            "has `<script>`",
        ),
        (
            (
                '<!DOCTYPE svg [<!ATTLIST svg onload CDATA "f()">]><svg width="1" '
                'height="1"><g/></svg>'
            ),
            "has `onload` in `<svg>`",
        ),
    ],
)
def test_an_svg_that_is_damaged_or_runs_a_script_or_has_no_size_is_an_error(svg, what):
    with pytest.raises(ValueError, match=f"^its SVG {re.escape(what)}"):
        figure(with_data(svg=svg))


def test_a_picture_that_came_with_an_svg_that_no_page_can_have_is_shown_instead(drawn):
    for svg in ("<svg>", '<svg width="1" height="1"><script/></svg>'):
        assert figure(with_data(svg=svg, png=drawn.data["image/png"])).suffix == "png"


def test_an_svg_is_written_out_of_what_was_read_of_it():
    hidden = (
        '<?xml-stylesheet href="a.xsl"?><!-- a --><svg width="1" height="1"><![CDATA[<b>]]>'
        "<!-- c --><g/></svg><?d e?>"
    )
    content = figure(with_data(svg=hidden)).content.decode()
    assert (
        re.sub(r"<style>.*?</style>", "", content)
        == '<svg width="1" height="1">&lt;b&gt;<g/></svg>'
    )


@pytest.mark.parametrize(
    "svg",
    [
        (
            '<g clip-path="url(#a)" style="fill: none; stroke: #fff; stroke-linecap: '
            'square; clip-path: url(#a)"/>'
        ),
        '<use xlink:href="#a" x="1" style="stroke: #000000; stroke-dashoffset: -1"/>',
        (
            '<image xlink:href="data:image/png;base64,AA==" '
            'style="image-rendering:pixelated" transform="scale(1 -1)"/>'
        ),
        (
            '<style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt} .a &gt; '
            'b { fill: url("#c") }</style>'
        ),
        "<text style=\"font: 10px 'DejaVu Sans', sans-serif; text-anchor: middle\">a</text>",
        '<linearGradient id="a" gradientTransform="rotate(90)"><stop offset="0" '
        'stop-color="rgb(1, 2, 3)"/>'
        "</linearGradient>",
    ],
)
def test_what_programs_draw_with_may_stand_in_an_svg(svg):
    xmlns = f'xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink"'
    assert figure(with_data(svg=f'<svg {xmlns} width="1" height="1">{svg}</svg>')).suffix == "svg"


@pytest.mark.parametrize("kind", ["image/gif", "image/webp", "application/pdf", "video/mp4"])
def test_what_a_page_cannot_show_as_a_picture_is_no_figure(kind):
    assert not is_figure(new_output("display_data", data={kind: "x"}))


def test_a_picture_of_more_pixels_than_memory_is_to_be_drawn_smaller():
    with pytest.raises(ValueError, match=r"^its PNG has too many pixels; draw it smaller\.$"):
        figure(encoded("png", png(60_000, 60_000, data=b"x")))
