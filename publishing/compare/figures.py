"""Two figures against each other: what is drawn and the numbers in it, not the bytes of the files."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from xml.etree import ElementTree

import numpy as np
from matplotlib import image
from nbformat import NotebookNode

from publishing.compare.numbers import Comparison, Tolerance, compare_texts

_GEOMETRY = {"d", "x", "y", "width", "height", "transform", "viewBox", "points", "cx", "cy", "r"}
_SHOWN_NUMBERS = 4
_VISIBLE = 0.1  # of a channel's range; edges of lines that moved by a hundredth of a pixel stay below


def compare_pictures(old: NotebookNode, new: NotebookNode, tolerance: Tolerance) -> str:
    """What differs between two outputs that are pictures, in words; empty if nothing does.

    The SVG is compared first. Where it differs the pixels decide, since Matplotlib drops points of a path that make no
    difference to the eye, and a new Matplotlib may write the same picture in other words.

    Args:
      old: what it is compared with.
      new: what is compared.
      tolerance: for numbers in labels; relative to the figure's larger side for places.
    """
    said = _compare_svg(old, new, tolerance)
    if not (said and _has_pixels(old) and _has_pixels(new)):
        return said
    pixels = _compare_pixels(old, new)
    return pixels and f"{said}; {pixels}"


def digest(output: NotebookNode) -> str:
    """A name for what a picture shows, the same whatever wrote the file; places are rounded to a tenth of a point."""
    if "image/svg+xml" in output.data:
        geometry, rest = _described(output.data["image/svg+xml"])
        shown = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}", geometry) + rest
        return hashlib.sha256(shown.encode()).hexdigest()[:32]
    pixels = _pixels(output)
    return hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).hexdigest()[:32]


def _compare_svg(old: NotebookNode, new: NotebookNode, tolerance: Tolerance) -> str:
    drawings = [output.data.get("image/svg+xml") for output in (old, new)]
    if None in drawings:
        return "there is no SVG of both"
    if drawings[0] == drawings[1]:
        return ""
    (old_places, old_rest), (new_places, new_rest) = map(_described, drawings)
    sides = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', drawings[0])
    side = max(map(float, sides.groups())) if sides else 1.0
    places = compare_texts(old_places, new_places, Tolerance(tolerance.relative, tolerance.relative * side))
    rest = compare_texts(old_rest, new_rest, tolerance)
    return "" if places.near and rest.near else _in_words(places, rest)


def _in_words(places: Comparison, rest: Comparison) -> str:
    if not (places.words and rest.words):
        return "the SVG has other elements, labels or colours"
    said = [f"coordinates that moved: {len(places.beyond)}"] if places.beyond else []
    return ", ".join(said + [f"{old} became {new}" for old, new in rest.beyond[:_SHOWN_NUMBERS]])


def _described(svg: str) -> tuple[str, str]:
    """The places in an SVG as text, and all else, without metadata and with ids by their order."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return "", svg
    names = {element.get("id"): f"id-{i}" for i, element in enumerate(root.iter()) if element.get("id")}
    places, rest = [], []
    skipped = {id(part) for element in root.iter() if element.tag.endswith("}metadata") for part in element.iter()}
    for element in root.iter():
        if id(element) in skipped:
            continue
        rest.append(f"\n{element.tag} {element.text or ''}")
        for name, value in sorted(element.items()):
            if name == "id" or (element is root and name in ("width", "height")):
                continue
            value = re.sub(r"#([\w.-]+)", lambda match: f"#{names.get(match[1], match[1])}", value)
            (places if name in _GEOMETRY else rest).append(f"{name}={value}")
    return "\n".join(places), "\n".join(rest)


def _has_pixels(output: NotebookNode) -> bool:
    return "image/png" in output.data


def _compare_pixels(old: NotebookNode, new: NotebookNode) -> str:
    a, b = _pixels(old), _pixels(new)
    if a.shape != b.shape:
        return f"{a.shape[1]} x {a.shape[0]} pixels became {b.shape[1]} x {b.shape[0]}"
    differ = int((np.abs(a - b).max(axis=2) > _VISIBLE).sum())
    return f"{differ} of {a.shape[0] * a.shape[1]} pixels differ" if differ else ""


def _pixels(output: NotebookNode) -> np.ndarray:
    """The picture as (height, width, channels) in 0 to 1."""
    pixels = image.imread(io.BytesIO(base64.b64decode(output.data["image/png"])), format="png")
    return np.atleast_3d(pixels)
