from dataclasses import replace

import pytest
from nbformat.v4 import new_output

from publishing.compare import compare, same
from publishing.execution import Run
from publishing.keys import key
from publishing.numbers import Tolerance
from publishing.records import Record
from publishing.tutorial import read_tutorial
from publishing.variants import solved

CELLS = """
# %%
print("loss", 0.5)

# %% [markdown]
# Prose.

# %% tags=["varies"]
print("3.1 s")

# %%
1 / 0
"""


def printed(text, name="stdout"):
    return new_output("stream", text=text, name=name)


def raised(name="ZeroDivisionError", message="division by zero"):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def svg(x):
    return new_output("display_data", data={"image/svg+xml": f'<svg viewBox="0 0 100 50"><path d="M 0 {x}"/></svg>'})


OUTPUTS = ([printed("loss 0.5\n")], [printed("3.1 s\n")], [raised()])


@pytest.fixture
def made(project):
    """A solved variant of these cells, and its record with these outputs."""

    def make(cells=CELLS, *outputs):
        path = project.tutorial("jax/tiny", cells)
        variant = solved(read_tutorial(path, "jax/tiny"), project.settings.snippets)
        run = Run([*map(list, outputs or OUTPUTS)], [0.1] * len(variant.code), {"platform": "cpu", "kind": "cpu"}, {})
        return variant, Record("jax/tiny", key(variant), run, "2026-01-01T00:00:00+00:00")

    return make


@pytest.fixture
def compared(made):
    """What differs from the usual outputs, with these in the place of some."""

    def call(changed, tolerance=None):
        variant, old = made()
        run = replace(old.run, outputs=[changed.get(i, outputs) for i, outputs in enumerate(old.run.outputs)])
        return compare(variant, old, replace(old, run=run), tolerance or Tolerance())

    return call


def test_a_record_does_not_differ_from_itself(compared):
    assert compared({}) == []


def test_a_number_beyond_the_tolerance_fails_with_place_lines_and_distance(compared):
    (found,) = compared({0: [printed("loss 0.6\n")]})
    assert found.fails
    assert found.cell == "tiny-1"
    assert str(found).splitlines() == [
        "tutorials/jax/tiny.py:4: the output differs.",
        "  - loss 0.5",
        "  + loss 0.6",
        "  0.5 became 0.6, by +0.1, 0.2 of it.",
    ]
    assert (found.old, found.new) == (("loss 0.5\n",), ("loss 0.6\n",))
    assert not compared({0: [printed("loss 0.6\n")]}, Tolerance(relative=0.2))[0].fails


def test_a_number_within_the_tolerance_is_said_and_does_not_fail(compared):
    (found,) = compared({0: [printed("loss 0.50001\n")]})
    assert not found.fails
    assert "1 of its numbers differ within the tolerance; the first: 0.5 became 0.50001" in str(found)
    assert found.sides == (("0.5", "0.50001", False),)


def test_cells_that_vary_are_left_out(compared):
    assert compared({1: [printed("9.9 s, and other words\n")]}) == []
    assert compared({1: []}) == []


@pytest.mark.parametrize(
    ("outputs", "word"),
    [
        ([raised(message="float division by zero")], "+ ZeroDivisionError: float division"),
        ([raised(name="ValueError")], "+ ValueError: division by zero"),
        ([], "- ZeroDivisionError"),
        ([printed("ZeroDivisionError: division by zero")], "the output differs."),
        ([raised(), printed("more")], "+ more"),
    ],
)
def test_an_error_that_changed_fails(compared, outputs, word):
    (found,) = compared({2: outputs})
    assert found.fails
    assert word in str(found)


def test_the_stream_that_a_text_came_by_counts(compared):
    (found,) = compared({0: [printed("loss 0.5\n", "stderr")]})
    assert found.fails


def test_a_figure_is_compared_by_what_it_shows(made):
    variant, old = made("# %% alt='A point.'\nx = 1\n", [svg("10.0")])
    near, far = (replace(old, run=replace(old.run, outputs=[[svg(x)]])) for x in ("10.01", "20.0"))
    assert compare(variant, old, near, Tolerance()) == []
    (found,) = compare(variant, old, far, Tolerance())
    assert found.fails
    assert "the figure differs: coordinates that moved: 1." in str(found)
    assert not same(found.old, found.new, Tolerance())
    assert found.new[0].startswith("figure #")


def test_an_output_that_is_neither_text_nor_picture_is_compared_too(made):
    outputs = [[new_output("display_data", data={"application/json": {"a": n}})] for n in (1, 2)]
    variant, old = made("# %%\nx = 1\n", outputs[0])
    (found,) = compare(variant, old, replace(old, run=replace(old.run, outputs=[outputs[1]])), Tolerance())
    assert found.fails


def test_a_cell_whose_code_changed_is_matched_in_order_and_said(made):
    _, old = made()
    variant, new = made(
        CELLS.replace('"loss", 0.5', '"loss", 0.7'), [printed("loss 0.7\n")], [printed("4 s\n")], [raised()]
    )
    (found,) = compare(variant, old, new, Tolerance())
    assert found.fails
    assert "tiny.py:4: the output differs and so does its code." in str(found)


def test_cells_that_came_or_went_are_said_and_the_others_matched_by_their_code(made):
    variant, old = made()
    longer, new = made("\n# %%\nx = 1\n" + CELLS, [printed("new\n")], *OUTPUTS)
    (found,) = compare(longer, old, new, Tolerance())
    assert (found.fails, found.cell) == (False, "tiny-1")
    assert "tiny.py:4: this cell's code is new" in str(found)
    (found,) = compare(variant, new, old, Tolerance())
    assert not found.fails
    assert "code cell 1 of the old record is gone" in str(found)


def test_long_outputs_are_cut_in_the_report_but_not_in_what_is_kept(compared):
    (found,) = compared({0: [printed("\n".join(f"line {i}" for i in range(100)))]})
    assert len(str(found).splitlines()) < 20
    assert "and 89 more lines." in str(found)
    assert found.new[0].endswith("line 99")


def test_many_numbers_are_cut_in_the_report(made):
    old, new = (" ".join(f"{i * factor:.2f}" for i in range(1, 51)) for factor in (1.0, 2.0))
    variant, record = made("# %%\nx = 1\n", [printed(old)])
    (found,) = compare(variant, record, replace(record, run=replace(record.run, outputs=[[printed(new)]])), Tolerance())
    assert "and 38 more numbers." in str(found)
    assert len(found.sides) == 50
