import base64
import io
import site
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_output
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from publishing.run.outputs import normal, normal_outputs, normalise, plain

PACKAGES = Path(site.getsitepackages()[0])


def test_plain_text_has_no_terminal_sequences():
    assert plain("\x1b[1;31mred\x1b[0m \x1b[?25lno cursor\x1b[2K") == "red no cursor"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<function f at 0x7f3a5c2b1d30>", "<function f at 0x...>"),
        ("traced array with object id 140130000017032", "traced array with object id ..."),
        ("0xff and 0x1F and 0xffzz", "0xff and 0x1F and 0xffzz"),
        ("/any/where/ipykernel_123/4567.py:3: odd", "<cell>:3: odd"),
        (f"{PACKAGES}/jax/_src/api.py:9: odd", "jax/_src/api.py:9: odd"),
        (f"{Path(sys.base_prefix).resolve()}/lib/python3.99/ast.py:9: odd", "ast.py:9: odd"),
        ("1.0 [2, 3] {'a': 4}", "1.0 [2, 3] {'a': 4}"),
    ],
)
def test_what_differs_between_machines_and_runs_is_replaced(text, expected):
    assert normal(text) == expected


def test_a_stream_is_normalised_in_place():
    output = new_output("stream", name="stdout", text="\x1b[1mat\x1b[0m 0xabcdef12\n")
    normalise(output)
    assert output.text == "at 0x...\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1%\r50%\r100%\n", "100%\n"),
        ("a\nloading\rdone\nb", "a\ndoneing\nb"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("one\r\r\ntwo", "one\ntwo"),
        ("\rone", "one"),
        ("one\r", "one"),
        ("\x1b[32m  1%\x1b[0m\r\x1b[32m100%\x1b[0m", "100%"),
        ("a" * 9 + "\r" + "b" * 3 + "\r" + "c", "cbb" + "a" * 6),
    ],
)
def test_what_follows_a_carriage_return_is_written_over_the_line(text, shown):
    output = new_output("stream", text=text)
    normalise(output)
    assert output.text == shown


def test_a_progress_bar_in_several_messages_is_one_line():
    parts = [new_output("stream", text=f"\r{part:3}%") for part in range(101)]
    assert [output.text for output in normal_outputs(parts)] == ["100%"]


def test_many_carriage_returns_take_no_longer_than_as_many_letters():
    output = new_output("stream", text="x" * 1_000_000 + "\r" * 1_000_000 + "y\r" * 1000)
    normalise(output)
    assert output.text == "y" + "x" * 999_999


def test_a_traceback_is_cut_to_its_message():
    output = new_output(
        "error", ename="TypeError", evalue="no \x1b[1m0xabcdef12", traceback=["a", "b"]
    )
    normalise(output)
    assert output.traceback == ["TypeError: no 0x..."]
    assert output.evalue == "no 0x..."


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "text/markdown", "text/latex"])
def test_texts_of_a_value_are_normalised_and_pictures_left_alone(kind):
    data = {kind: "at 0xabcdef12", "image/png": "0xabcdef12"}
    output = new_output("display_data", data=data, metadata={"image/png": {"width": 3}})
    normalise(output)
    assert output.data == {kind: "at 0x...", "image/png": "0xabcdef12"}
    assert output.metadata == {}


def test_normalising_twice_changes_nothing_more():
    output = new_output("error", ename="E", evalue="\x1b[1m0xabcdef12", traceback=[])
    normalise(output)
    once = dict(output)
    normalise(output)
    assert dict(output) == once


def test_a_stream_in_several_messages_is_one_output_between_others():
    value = new_output("execute_result", {"text/plain": "3"})
    streams = [
        new_output("stream", name=name, text=text)
        for name, text in (("stdout", "a"), ("stdout", "b\n"))
    ]
    warned = new_output("stream", name="stderr", text="c")
    joined = normal_outputs([*streams, warned, value, warned.copy()])
    assert [output.get("text") for output in joined] == ["ab\n", "c", None, "c"]


def test_a_long_line_is_as_quick_as_its_length():
    assert (
        normal("x" * 3_000_000 + " folder/ipykernel_1/2.py " + "/" * 1_000_000).count("<cell>") == 1
    )


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_of_a_picture_nothing_but_its_pixels_is_kept(kind):
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "SECRET of a camera", 6  # turned by a quarter
    texts = PngInfo()
    texts.add_itxt("Comment", "SECRET of a program")
    options = {"exif": exif, "icc_profile": b"SECRET of a screen", "comment": b"SECRET"}
    options |= {"pnginfo": texts} if kind == "png" else {}
    Image.linear_gradient("L").resize((30, 20)).save(file := io.BytesIO(), kind, **options)
    content = file.getvalue() + b"<script>SECRET</script>MZ PK"
    data = {f"image/{kind}": base64.encodebytes(content).decode(), "text/plain": "a"}
    output = new_output("display_data", data)
    normalise(output)
    kept = base64.b64decode(output.data[f"image/{kind}"])
    assert content.count(b"SECRET") >= 3
    assert b"SECRET" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.size, dict(image.getexif())) == ((20, 30), {})


def test_a_damaged_picture_stays_for_its_page_to_tell():
    output = new_output("display_data", {"image/png": "x", "image/jpeg": "eA=="})
    normalise(output)
    assert output.data == {"image/png": "x", "image/jpeg": "eA=="}
