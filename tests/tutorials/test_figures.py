"""Figures can be read on a phone; every page opens with a short version."""

import re

import pytest
from answers import ROUTES, lesson, lessons

NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in lessons()]
COURSE = [name for name in NAMES if ROUTES.site.is_course(name.id)]
SCREEN = 358  # CSS pixels that a page gives a figure where the window is 390 wide
_TEXT = re.compile(r"font(?:-size)?:[^;\"']*?(\d+(?:\.\d+)?)px")


def smallest(svg: str) -> float:
    """How high the smallest text of one of Matplotlib's drawings is on a phone, in CSS pixels."""
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    return (
        min(map(float, _TEXT.findall(svg)), default=SCREEN) * min(SCREEN, width * 96 / 72) / width
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_figure_is_smaller_than_nine_pixels_on_a_phone(name):
    solved, run = lesson(name).solved, lesson(name).record.run
    small = {
        f"{cell.path}:{cell.number}": round(smallest(output.data["image/svg+xml"]), 1)
        for cell, outputs in zip(solved.code, run.outputs, strict=True)
        for output in outputs
        if "image/svg+xml" in output.get("data", {}) and smallest(output.data["image/svg+xml"]) < 9
    }
    assert small == {}


def printed_by_figures(lesson) -> list[str]:
    """The places where the folded code of a figure prints, as if it belonged to the cell above.

    The frames of a slider each print what they are.
    """
    return [
        f"{cell.path}:{cell.number}"
        for cell, outputs in zip(lesson.solved.code, lesson.record.run.outputs, strict=True)
        if "plot" in cell.tags
        and any(output["output_type"] == "stream" for output in outputs)
        and sum("image/svg+xml" in output.get("data", {}) for output in outputs) < 2
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_folded_code_of_a_figure_prints_nothing(name):
    assert printed_by_figures(lesson(name)) == []


@pytest.mark.parametrize("name", COURSE)
def test_it_opens_with_the_short_version(name):
    short = [cell for cell in lessons()[name].solved.code if "short" in cell.tags]
    assert len(short) == 1
    assert any(lesson(name).record.run.outputs[0])
    assert max(len(line.text) for line in short[0].lines) <= 60
