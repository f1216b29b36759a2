from dataclasses import replace

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_output

from publishing.load import load
from publishing.run.notebook import Run
from publishing.run.record import Record, Store, key
from publishing.tools.cli import main
from publishing.tools.compare import compare_records, nearly_equal

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

# %% alt="a point"
point()
"""
OLDER, NOW = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"
CPU = {"platform": "cpu", "kind": "CPU"}


def printed(text, name="stdout"):
    return new_output("stream", text=text, name=name)


def raised(name="ZeroDivisionError", message="division by zero"):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def shown(**data):
    return new_output("display_data", data={f"image/{kind}": text for kind, text in data.items()})


def run(first="loss 0.5\n", outputs=None, values=("0.5", "3.1")):
    """A run of the cells, with other outputs in the place of some."""
    usual = [[printed(first)], [printed("3.1 s\n")], [raised()], [shown(png="AAAA")]]
    outputs = [(outputs or {}).get(i, usual[i]) for i in range(4)]
    return Run(outputs, [0.1] * 4, CPU, {}, list(values))


@pytest.fixture
def compared(project):
    """What differs between a record of the usual run and of one with these outputs or values."""
    project.tutorial("part/tiny", CELLS)

    def call(*changed, **further):
        (lesson,) = load(project.settings)
        records = (
            Record("part/tiny", key(lesson.solved), each)
            for each in (run(), run(*changed, **further))
        )
        return list(compare_records(lesson.solved, *records))

    return call


def test_a_number_beyond_the_tolerance_is_given_with_place_and_lines(compared):
    assert compared() == []
    (difference,) = compared("loss 0.6\n")
    assert difference.splitlines() == [
        "tutorials/part/tiny.py:4: the output differs.",
        "  - loss 0.5",
        "  + loss 0.6",
    ]
    assert compared("loss 0.50001\n") == []


def test_cells_that_vary_and_the_values_after_them_are_left_out(compared):
    assert compared(outputs={1: [printed("9.9 s, and other words\n")]}) == []
    assert compared(outputs={1: []}) == []
    assert compared(values=["0.5", "9.9"]) == []


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ({2: [raised(message="float division by zero")]}, "+ ZeroDivisionError: float division"),
        ({2: [raised(name="ValueError")]}, "+ ValueError: division by zero"),
        ({2: []}, "- ZeroDivisionError"),
        ({2: [raised(), printed("more")]}, "+ more"),
        ({0: [printed("loss 0.5\n", "stderr")]}, "+ stderr: loss 0.5"),
        ({3: []}, "- a figure"),
        ({3: [new_output("display_data", data={"application/json": {"a": 1}})]}, '+ {"application'),
    ],
)
def test_an_error_a_stream_and_a_figure_that_changed_are_differences(compared, outputs, said):
    (difference,) = compared(outputs=outputs)
    assert said in difference


def test_a_figure_that_is_drawn_otherwise_is_not_a_difference(compared):
    assert compared(outputs={3: [shown(png="BBBB", **{"svg+xml": "<svg/>"})]}) == []


def test_values_in_prose_are_compared_like_outputs_at_the_markdown_cell(compared):
    (difference,) = compared(values=["0.6", "3.1"])
    assert difference.splitlines()[0] == "tutorials/part/tiny.py:7: a value in this text differs."
    assert compared(values=["0.50001", "3.1"]) == []
    assert len(compared(values=["half", "3.1"])) == 1


def test_cells_are_matched_by_their_code_where_others_came_or_went(project):
    project.tutorial("part/tiny", CELLS)
    (lesson,) = load(project.settings)
    old = Record("part/tiny", lesson.key, run("loss 0.4\n"))
    project.tutorial("part/tiny", f"# %%\nx = 1\n\n{CELLS}".replace("1 / 0", "2 / 0"))
    (lesson,) = load(project.settings)
    outputs = [[printed("new\n")], *run(outputs={2: []}).outputs]
    new = Record("part/tiny", lesson.key, replace(run(), outputs=outputs, seconds=[0.1] * 5))
    (difference,) = compare_records(lesson.solved, old, new)
    assert difference.startswith("tutorials/part/tiny.py:8: the output differs.\n  - loss 0.4")


def test_what_is_long_is_cut(compared):
    text = "\n".join(f"{i}.5" for i in range(100))
    (difference,) = compared(text)
    assert len(difference.splitlines()) < 20
    assert "and 89 more." in difference


@pytest.fixture
def keep(project):
    """Keep a record of the tutorial as it stands, with these packages or others."""
    project.tutorial("part/tiny", CELLS)

    def call(text, *, versions=None, platform="cpu", folder=project.settings.records, when=NOW):
        (lesson,) = load(project.settings)
        new = replace(lesson.key, versions=lesson.key.versions | (versions or {}))
        device = {"platform": platform, "kind": platform.upper()}
        Store(folder).keep(Record(lesson.name, new, replace(run(text), device=device), when))

    return call


@pytest.fixture
def command(project):
    """`tutorials compare`: its exit code and what it printed."""
    project.tutorial("part/tiny", CELLS)

    def call(*arguments):
        result = CliRunner().invoke(main, ["compare", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return result.exit_code, result.output

    return call


NOTHING = "part/tiny: no record in .cache/records is of other packages.\n"
OLD = {"versions": {"jax": "0.11"}, "when": OLDER}


def test_a_record_is_compared_with_the_newest_of_other_packages_until_a_person_accepts_it(
    keep, command, project
):
    keep("loss 0.9\n", versions={"jax": "0.10"}, when="2025-01-01T00:00:00+00:00")
    keep("loss 0.6\n", **OLD)
    keep("loss 0.5\n")
    code, text = command()
    *report, way, entry = text.splitlines()
    assert code == 1
    assert report == [
        "part/tiny:",
        "  version: jax 0.11 became absent",
        "tutorials/part/tiny.py:4: the output differs.",
        "  - loss 0.6",
        "  + loss 0.5",
    ]
    assert way == "Error: if these differences are right, write this into accepted.toml:"
    (project.root / "accepted.toml").write_text(f"{entry}  # a new default\n")
    code, text = command()
    assert (code, text.splitlines()[-1]) == (0, "  accepted in accepted.toml.")
    project.tutorial("part/tiny", CELLS.replace("1 / 0", "2 / 0"))
    keep("loss 0.4\n")
    assert command()[0] == 1


def test_a_difference_within_the_tolerance_and_one_of_another_device_end_well(keep, command):
    keep("loss 0.9\n", platform="gpu", **OLD)
    keep("loss 0.50001\n")
    assert command() == (0, NOTHING)
    keep("loss 0.5\n", **OLD)
    assert command() == (0, "part/tiny:\n  version: jax 0.11 became absent\n  nothing differs.\n")


def test_records_of_another_folder_count_only_where_packages_moved(keep, command, project):
    published = project.root / "published"
    keep("loss 0.6\n", folder=published)
    keep("loss 0.5\n")
    assert command("--against", "published") == (0, NOTHING.replace(".cache/records", "published"))
    keep("loss 0.6\n", folder=published, **OLD)
    code, text = command("--against", "published")
    assert (code, "- loss 0.6" in text) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--against", "nowhere"], 2, "nowhere"),
        (["part/tiny"], 1, "part/tiny has no record; run `tutorials run part/tiny`."),
    ],
)
def test_what_the_command_cannot_do_it_says(command, arguments, code, message):
    ended, text = command(*arguments)
    assert (ended, message in " ".join(text.split())) == (code, True)


def test_a_damaged_accepted_toml_ends_with_1_and_its_name(keep, command, project):
    keep("loss 0.6\n")
    (project.root / "accepted.toml").write_text("x =\n")
    code, text = command()
    assert (code, text.startswith("accepted.toml:1: is not TOML: ")) == (1, True)


NEAR = {
    "the same text": ("loss 0.5", "loss 0.5"),
    "noise in the last digits": ("loss 0.123456 after", "loss 0.123459 after"),
    "noise about zero": ("off by 1.2e-08", "off by -3.4e-09"),
    "NumPy's padding": ("[ 0.10000001 -0.2]", "[0.1       -0.20000001]"),
    "an array that wraps elsewhere": ("[1.0 2.0\n 3.0]", "[1.0001 2.0 3.0]"),
    "nan and nan": ("loss nan", "loss NaN"),
    "inf and inf": ("-inf", "-inf"),
    "Matplotlib's minus": ("\u22121.5", "\u22121.50001"),
    "a whole number that gained a point": ("3", "3."),
    "a whole number too long for int()": ("+" + "9" * 5000, "9" * 5000),
    "a number with a unit": ("1.00001x faster", "1.0x faster"),
    "the end of a sentence": ("it is 3.\nYes", "it is 3.0001\nYes"),
}
FAR = {  # a number beyond the tolerance, or another word
    "a third digit": ("0.950", "0.952"),
    "a count": ("1000000 steps", "1000001 steps"),
    "a sign": ("1.5", "-1.5"),
    "a finite number that became nan": ("1.5", "nan"),
    "infinity's sign": ("inf", "-inf"),
    "inf against a large number": ("1e30", "inf"),
    "a word": ("loss 1.0", "lost 1.0"),
    "a type": ("float32", "float64"),
    "a version": ("jax 0.12.0.1", "jax 0.12.0.2"),
    "a version of three parts": ("jax 0.12.0", "jax 0.12.1"),
    "a colour that reads as a number": ("fill: #1e5000", "fill: #1e6000"),
    "one number more": ("[1 2]", "[1 2 3]"),
    "a name with a number": ("linear_1", "linear_2"),
    "nothing": ("1", ""),
}


def test_texts_are_near_whose_words_are_equal_and_numbers_near():
    found = {kind: nearly_equal(*texts) for kind, texts in (NEAR | FAR).items()}
    assert found == dict.fromkeys(NEAR, True) | dict.fromkeys(FAR, False)
