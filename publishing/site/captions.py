"""The outputs of a cell as the template shows them, its figures with what they show, their numbers and their files."""

from typing import Any

from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.site.outputs import shown_all
from publishing.site.verbatim import verbatim


def outputs_of(cell: Cell, outputs: list[NotebookNode]) -> list[dict[str, Any]]:
    """The outputs, each figure with its `alt`; of a cell tagged `frames`, one of kind "frames" that holds all figures.

    Raises a ValueError for a figure that nothing describes, or a page cannot show.
    """
    its = shown_all(outputs)
    figures = [one for one in its if one["kind"] == "figure"]
    texts = [cell.alt] if isinstance(cell.alt, str) else cell.alt or []
    if len(figures) == 1 != len(texts):
        raise ValueError('draws a figure but does not say what it shows; add alt="..." to the `# %%` line.')
    if "frames" in cell.tags:
        if len(figures) < 2 or [one["kind"] for one in its] != ["stdout", "figure"] * len(figures):
            raise ValueError("is tagged `frames`: let it print a value, then draw its figure, for two values or more.")
        for label, one in zip(its[::2], figures, strict=True):
            one["frame"] = verbatim(label["html"].strip())
        its, texts = [{"kind": "frames", "frames": figures, "alt": cell.alt}], texts * len(figures)
    if figures and len(figures) != len(texts):
        form = 'add alt=["...", "..."] to the `# %%` line'
        raise ValueError(f"draws {len(figures)} figures but does not say what each shows; {form}.")
    for one, alt in zip(figures, texts, strict=False):
        one["alt"] = alt
    return its


def numbered(outputs: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    """The figures among outputs, which get numbers from `first` on, and files; frames share a number."""
    figures = []
    for number, one in enumerate((one for one in outputs if one["kind"] in ("figure", "frames")), first):
        one["number"] = number
        frames = one.get("frames", [one])
        for place, figure in enumerate(frames, 1):
            file = f"figure-{number}-{place}" if "frames" in one else f"figure-{number}"
            figure |= {"number": number, "src": f"{file}.{figure['figure'].suffix}"}
        figures += frames
    return figures
