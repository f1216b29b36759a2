"""What cells print, the same on every run: no colours, addresses, or paths of one machine."""

import base64
import io
import re
import sys
from contextlib import suppress
from functools import reduce
from pathlib import Path

from nbformat import NotebookNode

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# `(?<!\S)` lets a search begin at words only: a line of a million letters would take hours.
_REPLACED = (
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "0x..."),
    (re.compile(r"\bobject id \d+"), "object id ..."),
    (re.compile(r"(?<!\S)\S*/ipykernel_\d+/\d+\.py"), "<cell>"),
    (re.compile(r"(?<!\S)\S*/site-packages/"), ""),
    (re.compile(re.escape(str(Path(sys.base_prefix).resolve())) + r"/\S*/python3\.\d+/"), ""),
)
PICTURES = ("png", "jpeg")
_OF_PIXELS = {"transparency", "duration", "loop", "default_image"}  # what they mean, and when
TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")


def plain(text: str) -> str:
    """Text without terminal colours."""
    return _ANSI.sub("", text)


def normal(text: str) -> str:
    """Text without colours, memory addresses, and the folders of this machine's packages."""
    text = plain(text)
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    return text


def normal_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs of a cell as they are on every run; a stream in several messages is one output.

    (nbclient's own `coalesce_streams` takes minutes for a long line.)
    """
    joined: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and joined and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    for output in joined:
        normalise(output)
    return joined


def normalise(output: NotebookNode) -> None:
    """Make an output the same on every run, in place; a traceback is cut to its message."""
    if output.output_type == "stream":
        # What follows a `\r` is written over what stands there, as in Jupyter.
        lines = (re.split("\r+", line) for line in normal(output.text).split("\n"))
        output.text = "\n".join(reduce(_write_over, parts) for parts in lines)
    elif output.output_type == "error":
        output.evalue = normal(output.evalue)
        output.traceback = [f"{output.ename}: {output.evalue}"]
    else:
        for kind in TEXTS:
            if kind in output.data:
                output.data[kind] = normal(output.data[kind])
        for kind in (f"image/{name}" for name in PICTURES if f"image/{name}" in output.data):
            with suppress(ValueError):  # which its page tells
                content, _ = picture(output.data[kind])
                output.data[kind] = base64.b64encode(content).decode()
        output.metadata = {}


def _write_over(shown: str, part: str) -> str:
    return part + shown[len(part) :]


def picture(content: bytes | str) -> tuple[bytes, tuple[int, int]]:
    """A PNG or JPEG with its pixels and nothing else, no metadata and nothing behind its end.

    Its content may be in base64. Returns the new one, and its width and height. Raises a
    ValueError if it is damaged.
    """
    from PIL import Image, ImageOps  # slow to import, and most builds make no page

    try:
        content = base64.b64decode(content) if isinstance(content, str) else content
        with Image.open(io.BytesIO(content), formats=PICTURES) as image:
            ImageOps.exif_transpose(image, in_place=True)
            image.info = {name: image.info[name] for name in _OF_PIXELS & image.info.keys()}
            moves = {"save_all": getattr(image, "n_frames", 1) > 1}
            options = {"quality": "keep"} if image.format == "JPEG" else moves
            image.save(file := io.BytesIO(), image.format, **options)
            return file.getvalue(), image.size
    except Image.DecompressionBombError:
        raise ValueError("has too many pixels; draw it smaller.") from None
    except Exception as error:  # Pillow documents no list of what damaged files raise
        raise ValueError("is damaged; draw it again.") from error
