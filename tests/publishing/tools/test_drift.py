import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_output

from publishing.assemble.variants import solve
from publishing.load import load
from publishing.read.diagnostic import Diagnostic, SourceError
from publishing.read.percent import read_tutorial
from publishing.run.devices import MachineError
from publishing.run.notebook import Run
from publishing.run.record import Record, Store, key
from publishing.tools.cli import main
from publishing.tools.drift import (
    FILE,
    Accepted,
    Difference,
    accept,
    compare,
    read_accepted,
    review,
)
from publishing.tools.numbers import Tolerance

CELLS = """
# %%
print("loss", 0.5)

# %% [markdown]
# The loss is {{ loss }}.

# %% tags=["varies"]
print("3.1 s")

# %% [markdown]
# It took {{ seconds }}.

# %%
1 / 0
"""
VALUES = ["0.5", "3.1"]
OLDER, NOW = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"


def printed(text, name="stdout"):
    return new_output("stream", text=text, name=name)


def raised(name="ZeroDivisionError", message="division by zero"):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def svg(x):
    return new_output(
        "display_data",
        data={"image/svg+xml": f'<svg viewBox="0 0 100 50"><path d="M 0 {x}"/></svg>'},
    )


OUTPUTS = ([printed("loss 0.5\n")], [printed("3.1 s\n")], [raised()])


@pytest.fixture
def solved(project):
    """A solved variant of these cells, and a record of it with these outputs and values."""

    def call(cells=CELLS, outputs=OUTPUTS, values=None):
        variant = solve(
            read_tutorial(project.tutorial("jax/tiny", cells), "jax/tiny"),
            project.settings.snippets,
        )
        values = values or (VALUES if cells is CELLS else [])
        run = Run(
            [*map(list, outputs)],
            [0.1] * len(variant.code),
            {"platform": "cpu", "kind": "cpu"},
            {},
            values,
        )
        return variant, Record("jax/tiny", key(variant), run, NOW)

    return call


@pytest.fixture
def compared(solved):
    """What differs from the usual record, with these outputs or values in the place of some."""

    def call(outputs=None, values=VALUES, tolerance=None):
        variant, old = solved()
        changed = [(outputs or {}).get(i, usual) for i, usual in enumerate(old.run.outputs)]
        new = replace(old, run=replace(old.run, outputs=changed, values=values))
        return compare(variant, old, new, tolerance or Tolerance())

    return call


def test_a_record_does_not_differ_from_itself(compared):
    assert compared() == []


def test_a_number_beyond_the_tolerance_is_given_with_place_lines_and_distance(compared):
    (difference,) = compared({0: [printed("loss 0.6\n")]})
    assert (difference.tutorial, difference.cell) == ("jax/tiny", "tiny-1")
    assert str(difference).splitlines() == [
        "tutorials/jax/tiny.py:4: the output differs.",
        "  - loss 0.5",
        "  + loss 0.6",
        "  0.5 became 0.6, by +0.1, 0.2 of it.",
    ]
    assert (difference.old, difference.new) == ("loss 0.5\n", "loss 0.6\n")
    assert not compared({0: [printed("loss 0.6\n")]}, tolerance=Tolerance(relative=0.2))[0].beyond


def test_a_number_within_the_tolerance_needs_nobody_to_look(compared):
    (difference,) = compared({0: [printed("loss 0.50001\n")]})
    assert difference.beyond == []
    assert "the output differs within the tolerance." in str(difference)


def test_cells_that_vary_and_the_values_after_them_are_left_out(compared):
    assert compared({1: [printed("9.9 s, and other words\n")]}) == []
    assert compared({1: []}) == []
    assert compared(values=["0.5", "9.9"]) == []


@pytest.mark.parametrize(
    ("outputs", "word"),
    [
        ([raised(message="float division by zero")], "+ ZeroDivisionError: float division"),
        ([raised(name="ValueError")], "+ ValueError: division by zero"),
        ([], "- ZeroDivisionError"),
        (
            [printed("ZeroDivisionError: division by zero")],
            "there are other outputs, or outputs of another kind.",
        ),
        ([raised(), printed("more")], "+ more"),
    ],
)
def test_an_error_that_changed_is_beyond_the_tolerance(compared, outputs, word):
    (difference,) = compared({2: outputs})
    assert difference.beyond
    assert word in str(difference)


def test_the_stream_that_a_text_came_by_counts(compared):
    (difference,) = compared({0: [printed("loss 0.5\n", "stderr")]})
    assert difference.beyond


def test_values_in_prose_are_compared_like_outputs_at_the_markdown_cell(compared):
    (difference,) = compared(values=["0.6", "3.1"])
    assert difference.cell == "tiny-2"
    assert str(difference).splitlines() == [
        "tutorials/jax/tiny.py:7: a value in this text differs.",
        "  - 0.5",
        "  + 0.6",
        "  0.5 became 0.6, by +0.1, 0.2 of it.",
    ]
    (difference,) = compared(values=["0.50001", "3.1"])
    assert not difference.beyond
    (difference,) = compared(values=["half", "3.1"])
    assert difference.beyond == ["the words differ."]


def test_values_are_new_where_an_expression_changed(solved):
    _, old = solved()
    variant, new = solved(
        "\n# %% [markdown]\n# It is {{ 1 + 1 }}.\n" + CELLS, values=["2", "0.5", "3.1"]
    )
    first = compare(variant, old, new, Tolerance())[0]
    assert str(first) == "tutorials/jax/tiny.py:4: a value in this text is new.\n  + 2"
    assert not first.beyond


def test_a_figure_is_compared_by_what_it_shows(solved):
    variant, old = solved("# %% alt='A point.'\nx = 1\n", [[svg("10.0")]])
    near, far = (replace(old, run=replace(old.run, outputs=[[svg(x)]])) for x in ("10.01", "20.0"))
    assert compare(variant, old, near, Tolerance()) == []
    (difference,) = compare(variant, old, far, Tolerance())
    assert difference.beyond == ["in the figure, 10.0 became 20.0, by +10, 1 of it."]
    assert difference.old.startswith("figure #")
    assert difference.old != difference.new


def test_an_output_that_is_neither_text_nor_figure_is_compared_too(solved):
    outputs = [[[new_output("display_data", data={"application/json": {"a": n}})]] for n in (1, 2)]
    variant, old = solved("# %%\nx = 1\n", outputs[0])
    (difference,) = compare(
        variant, old, replace(old, run=replace(old.run, outputs=outputs[1])), Tolerance()
    )
    assert difference.beyond


def test_a_cell_whose_code_changed_is_matched_in_order(solved):
    _, old = solved()
    cells = CELLS.replace('"loss", 0.5', '"loss", 0.7')
    variant, new = solved(cells, ([printed("loss 0.7\n")], [printed("4 s\n")], [raised()]), VALUES)
    (difference,) = compare(variant, old, new, Tolerance())
    assert difference.beyond
    assert "tiny.py:4: the output differs." in str(difference)


def test_cells_are_matched_by_their_code_where_others_came_or_went(solved):
    _, old = solved()
    longer, new = solved("\n# %%\nx = 1\n" + CELLS, [[printed("new\n")], *OUTPUTS], VALUES)
    difference, *values = compare(longer, old, new, Tolerance())
    assert (difference.beyond, difference.cell) == ([], "tiny-1")
    assert str(difference) == "tutorials/jax/tiny.py:4: the output is new.\n  + new"
    assert all(
        "a value in this text is new" in str(value) for value in values
    )  # with other cells before them
    variant, _ = solved()
    assert [one for one in compare(variant, new, old, Tolerance()) if one.beyond] == []
    worse = replace(
        new,
        run=replace(new.run, outputs=[[printed("new\n")], [printed("loss 0.9\n")], *OUTPUTS[1:]]),
    )
    (difference,) = [one for one in compare(longer, old, worse, Tolerance()) if one.beyond]
    assert "tiny.py:7: the output differs." in str(difference)


def test_long_outputs_are_cut_in_the_report_but_not_in_what_is_accepted(compared):
    (difference,) = compared({0: [printed("\n".join(f"line {i}" for i in range(100)))]})
    assert len(str(difference).splitlines()) < 20
    assert "and 89 more lines." in str(difference)
    assert difference.new.endswith("line 99")


def test_many_numbers_are_cut_in_the_report(solved):
    old, new = (" ".join(f"{i * factor:.2f}" for i in range(1, 51)) for factor in (1.0, 2.0))
    variant, record = solved("# %%\nx = 1\n", [[printed(old)]])
    (difference,) = compare(
        variant,
        record,
        replace(record, run=replace(record.run, outputs=[[printed(new)]])),
        Tolerance(),
    )
    assert "and 38 more numbers." in str(difference)
    assert len(difference.beyond) == 50


ENTRY = Accepted(
    "jax/tiny", "tiny-3", 'a "new" default\\n', 'loss 0.5 \\ é\n"""', "loss 0.6 figure #1e5\n"
)
DIFFERENCE = Difference(
    "jax/tiny", "tiny-3", Diagnostic(Path("tiny.py"), 1, "differs."), ENTRY.old, ENTRY.new, ["!"]
)
CONTROL = "".join(map(chr, [*range(32), 127, 0x80, 0x85, 0x2028, 0xFEFF, 0x1F600])) + "\r\n\\u007f"


def test_accepted_differences_come_back_as_they_were(tmp_path):
    path = tmp_path / FILE
    accept(
        path,
        [DIFFERENCE, DIFFERENCE._replace(cell="tiny-4", old="", new=CONTROL)],
        [],
        ENTRY.reason,
    )
    assert read_accepted(path) == [ENTRY, ENTRY._replace(cell="tiny-4", old="", new=CONTROL)]
    assert path.read_text().startswith("# ")


def test_without_differences_no_file_is_written(tmp_path):
    accept(tmp_path / FILE, [], [], "all is well")
    assert not (tmp_path / FILE).exists()
    assert read_accepted(tmp_path / FILE) == []


def test_an_entry_covers_its_difference_on_a_machine_with_other_last_digits_too():
    assert ENTRY.covers(DIFFERENCE, Tolerance())
    assert ENTRY.covers(DIFFERENCE._replace(new="loss 0.60001 figure #1e5\n"), Tolerance())


@pytest.mark.parametrize(
    "change",
    [
        {"new": "loss 0.7 figure #1e5\n"},
        {"new": "loss 0.6\n"},
        {"new": "loss 0.6 figure #1e6\n"},
        {"old": 'loss 0.4 \\ é\n"""'},
        {"cell": "tiny-4"},
        {"tutorial": "jax/other"},
    ],
)
def test_an_entry_covers_no_other_change(change):
    assert not ENTRY.covers(DIFFERENCE._replace(**change), Tolerance())


WHOLE = '[[accepted]]\ntutorial = "a"\ncell = "b"\nreason = "c"\nold = ""\nnew = "x"\n'
WRONG = {
    "not TOML": "[[accepted]]\ntutorial = \n",
    "not UTF-8": b"\xff",
    "without a reason": WHOLE.replace('reason = "c"\n', ""),
    "with an empty reason": WHOLE.replace('"c"', '" "'),
    "without a new output": WHOLE.replace('new = "x"\n', ""),
    "with more": WHOLE + 'more = "x"\n',
    "with a list for a text": WHOLE.replace('"x"', '["x"]'),
    "with a number": WHOLE.replace('"b"', "3"),
    "with numbers for entries": "accepted = [1]",
    "a table": WHOLE.replace("[[accepted]]", "[accepted]"),
    "with a misspelt table": WHOLE.replace("accepted", "acepted"),
    "with another table too": WHOLE + WHOLE.replace("accepted", "acepted"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_is_not_as_it_was_written_is_an_error_with_its_name(
    tmp_path, monkeypatch, kind
):
    monkeypatch.chdir(tmp_path)
    content = WRONG[kind]
    Path(FILE).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(
        SourceError,
        match=r"^accepted.toml:1: is not as `tutorials compare --accept` writes it \(.+\)",
    ):
        read_accepted(tmp_path / FILE)


@pytest.fixture
def keep(project):
    """Keep a record of the tutorial as it stands, with the packages of the older or of the present day."""
    project.tutorial("jax/tiny", CELLS)

    def call(
        text, *, versions=None, platform="cpu", folder=project.settings.records, executed_at=NOW
    ):
        (lesson,) = load(project.settings)
        outputs = [[printed(text)], [printed(f"{executed_at}\n")], [raised()]]
        run = Run(outputs, [0.1] * 3, {"platform": platform, "kind": platform.upper()}, {}, VALUES)
        new = replace(lesson.key, versions=lesson.key.versions | (versions or {}))
        Store(folder).keep(Record(lesson.name, new, run, executed_at))

    return call


def older(keep, text, **more):
    keep(text, versions={"jax": "0.11"}, executed_at=OLDER, **more)


@pytest.fixture
def report(project):
    """The report of a comparison as one text, and whether a person must look."""

    def call(tolerance=1e-3, **which):
        lessons, store = load(project.settings), Store(project.settings.records)
        lines, unaccepted, _ = review(
            lessons, store, read_accepted(project.root / FILE), Tolerance(tolerance), **which
        )
        return "\n".join(lines), bool(unaccepted)

    return call


def test_a_record_is_compared_with_the_newest_of_another_key(keep, report):
    keep("loss 0.9\n", versions={"jax": "0.10"}, executed_at="2025-01-01T00:00:00+00:00")
    older(keep, "loss 0.6\n")
    keep("loss 0.5\n")
    text, fails = report()
    assert fails
    assert text.splitlines() == [
        "jax/tiny:",
        f"  - {OLDER} on CPU",
        f"  + {NOW} on CPU",
        "  version: jax 0.11 became absent",
        "tutorials/jax/tiny.py:4: the output differs.",
        "  - loss 0.6",
        "  + loss 0.5",
        "  0.6 became 0.5, by -0.1, 0.17 of it.",
    ]


def test_what_is_within_the_tolerance_is_counted(keep, report):
    older(keep, "loss 0.5\n")
    keep("loss 0.50001\n")
    text, fails = report()
    assert (text.splitlines()[-1], fails) == (
        "  1 cells are new or differ within the tolerance.",
        False,
    )
    assert report(tolerance=1e-7)[1]


def test_what_cannot_be_compared_is_reported(keep, report):
    with pytest.raises(
        MachineError, match=r"^jax/tiny has no record .*; run `tutorials run jax/tiny`\.$"
    ):
        report()
    keep("loss 0.5\n")
    older(keep, "loss 0.9\n", platform="gpu")
    assert report() == ("jax/tiny: there is no other record on cpu to compare with.", False)


def test_against_another_store_the_newest_record_counts_whatever_its_key(keep, report, project):
    published = project.root / "published"
    older(keep, "loss 0.9\n", folder=published)
    keep("loss 0.6\n", folder=published)
    keep("loss 0.5\n")
    text, fails = report(against=published)
    assert fails
    assert "- loss 0.6" in text


def test_moved_leaves_out_what_ran_with_the_same_packages(keep, report, project):
    published = project.root / "published"
    keep("loss 0.6\n", folder=published)
    keep("loss 0.5\n")
    assert report(moved=True, against=published) == (
        "jax/tiny: left out, its packages did not move.",
        False,
    )
    keep(
        "loss 0.6\n",
        versions={"jax": "0.11"},
        folder=published,
        executed_at="2026-01-03T00:00:00+00:00",
    )
    assert report(moved=True, against=published)[1]


@pytest.fixture
def command(project):
    """`tutorials compare`: its exit code and what it printed."""

    def call(*arguments):
        result = CliRunner().invoke(main, ["compare", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return result.exit_code, result.output

    return call


def test_an_accepted_difference_passes_and_the_next_change_does_not(keep, command):
    older(keep, "loss 0.6\n")
    keep("loss 0.5\n")
    code, text = command()
    assert (code, text.splitlines()[-1]) == (
        1,
        "Error: 1 cells differ; if that is right, accept it with --accept REASON.",
    )
    code, text = command("--accept", "a new default")
    assert (code, text.splitlines()[-1]) == (0, "1 differences accepted in accepted.toml.")
    code, text = command()
    assert code == 0
    assert "tutorials/jax/tiny.py:4: the output differs. Accepted: a new default" in text
    keep("loss 0.4\n")
    code, text = command()
    assert code == 1
    assert "accepted.toml: the entry of tiny-1 covers no difference" in text


def test_a_stale_entry_is_replaced_when_its_cell_is_accepted_again_and_others_stay(
    keep, command, project
):
    older(keep, "loss 0.6\n")
    keep("loss 0.5\n")
    command("--accept", "first")
    path = project.root / FILE
    accept(path, [DIFFERENCE._replace(tutorial="jax/gone", cell="tiny-1")], [], "elsewhere")
    assert "covers no difference" not in command("jax/tiny")[1]
    assert "the entry of tiny-1 covers no difference" in command()[1]
    keep("loss 0.4\n")
    command("--accept", "second")
    assert [(entry.tutorial, entry.reason) for entry in read_accepted(path)] == [
        ("jax/gone", "elsewhere"),
        ("jax/tiny", "second"),
    ]
    assert tomllib.loads(path.read_text())["accepted"][1]["new"] == "loss 0.4\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--accept", " "], 2, "say why the new output is right."),
        (
            ["--against", "tutorials"],
            2,
            "holds no records; name a folder that `tutorials run` filled.",
        ),
        (["--against", "nowhere"], 2, "nowhere"),
        (
            ["jax/tiny"],
            1,
            "jax/tiny has no record of this code and these packages; run `tutorials run jax/tiny`.",
        ),
    ],
)
def test_what_the_command_cannot_do_it_says(project, command, arguments, code, message):
    project.tutorial("jax/tiny", CELLS)
    ended, text = command(*arguments)
    assert (ended, message in " ".join(text.replace("│", "").split())) == (code, True)


def test_a_damaged_accepted_toml_ends_with_1_and_its_name(keep, command, project):
    keep("loss 0.6\n")
    (project.root / FILE).write_text("x = 1\n")
    code, text = command()
    assert (code, text.startswith("accepted.toml:1: ")) == (1, True)
