"""Two figures against each other: what is drawn and the numbers in it, not the bytes of the files."""

import hashlib
import json
import re
from xml.etree import ElementTree

from nbformat import NotebookNode

from publishing.tools.numbers import Tolerance, compare_texts

_SVG = "image/svg+xml"
_GEOMETRY = {"d", "x", "y", "width", "height", "transform", "viewBox", "points", "cx", "cy", "r"}


def compare_figures(old: NotebookNode, new: NotebookNode, tolerance: Tolerance) -> list[str]:
    """What differs between two figures beyond the tolerance, which for places is relative to the larger side."""
    if not (_SVG in old.data and _SVG in new.data):
        return (
            []
            if digest(old) == digest(new)
            else ["the figure differs; there is no SVG of both to say in what."]
        )
    (old_places, old_rest), (new_places, new_rest) = (
        _describe(output.data[_SVG]) for output in (old, new)
    )
    sides = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', old.data[_SVG])
    side = max(map(float, sides.groups())) if sides else 1.0
    places = compare_texts(
        old_places, new_places, Tolerance(tolerance.relative, tolerance.relative * side)
    )
    rest = compare_texts(old_rest, new_rest, tolerance)
    return [f"in the figure, {sentence}" for sentence in rest + places]


def digest(output: NotebookNode) -> str:
    """A name for what a figure shows, the same whatever wrote its SVG; places are rounded to a tenth of a point."""
    if _SVG in output.data:
        places, rest = _describe(output.data[_SVG])
        shown = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}", places) + rest
    else:
        shown = json.dumps(
            {kind: data for kind, data in sorted(output.data.items()) if kind.startswith("image/")}
        )
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _describe(svg: str) -> tuple[str, str]:
    """The places in an SVG as text, and all else, without metadata and with ids by their order."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return "", svg
    for metadata in root.findall("{*}metadata"):
        root.remove(metadata)
    names = {
        element.get("id"): f"id-{i}" for i, element in enumerate(root.iter()) if element.get("id")
    }
    places, rest = [], []
    for element in root.iter():
        rest.append(f"\n{element.tag} {element.text or ''}")
        for name, value in sorted(element.items()):
            if name == "id" or (element is root and name in ("width", "height")):
                continue
            value = re.sub(r"#([\w.-]+)", lambda match: f"#{names.get(match[1], match[1])}", value)
            (places if name in _GEOMETRY else rest).append(f"{name}={value}")
    return "\n".join(places), "\n".join(rest)
