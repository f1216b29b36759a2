from dataclasses import replace
from pathlib import Path

import pytest

from publishing.keys import Key, differences, key
from publishing.tutorial import read_tutorial
from publishing.variants import solved

KEY = Key(("a", "b"), "3.13", {"jax": "1", "numpy": "2"}, "r")
CELLS = """# %% [markdown]
# # Title

# %%
import json

# %% exercise="one"
### BEGIN SOLUTION
x = 1
### END SOLUTION

# %% check="one"
assert x == 1

# %% raises="TypeError" match="None"
1 + None

# %% alt="a line" tags=["recap"]
print(x)
"""


def its_key(folder: Path, cells: str, **more) -> Key:
    path = folder / "tiny.py"
    path.write_text(cells, encoding="utf-8")
    return key(solved(read_tutorial(path, "tiny"), folder), **more)


CODE = {
    "code": ("print(x)", "print(x, 2)"),
    "a comment in code": ("print(x)", "print(x)  # why"),
    "raises": ('raises="TypeError"', 'raises="Exception"'),
    "match": ('match="None"', 'match="int"'),
    "the solution": ("x = 1\n### END", "x = 2 - 1\n### END"),
    "what the stub keeps": ("### END SOLUTION\n", "### END SOLUTION\ny = 2\n"),
    "where the region ends": ("x = 1\n### END SOLUTION\n", "### END SOLUTION\nx = 1\n"),
    "the name of an exercise": ('"one"', '"two"'),
    "an import": ("import json", "import numpy"),
    "another cell": ("# %% alt", "# %%\n1\n\n# %% alt"),
}


@pytest.mark.parametrize("what", CODE)
def test_the_key_changes_with(tmp_path, what):
    before, after = CODE[what]
    changed = CELLS.replace(before, after)
    assert changed != CELLS
    assert its_key(tmp_path, changed).digest != its_key(tmp_path, CELLS).digest


PROSE = {
    "prose": ("# # Title\n", "# # Another\n#\n# And more.\n"),
    "a new Markdown cell": ("# %% alt", "# %% [markdown]\n# So.\n\n# %% alt"),
    "alt text": ("a line", "a curve"),
    "tags": ('["recap"]', '["varies", "hidden"]'),
}


@pytest.mark.parametrize("what", PROSE)
def test_the_key_does_not_change_with(tmp_path, what):
    before, after = PROSE[what]
    assert CELLS.replace(before, after) != CELLS
    assert its_key(tmp_path, CELLS.replace(before, after)) == its_key(tmp_path, CELLS)


def test_the_key_changes_with_python_and_with_versions():
    digests = {KEY.digest, replace(KEY, python="3.14").digest, replace(KEY, versions={"jax": "2", "numpy": "2"}).digest}
    assert len(digests) == 3
    assert replace(KEY, versions={"numpy": "2", "jax": "1"}).digest == KEY.digest


def test_the_key_holds_the_versions_of_what_is_imported_only(tmp_path):
    assert its_key(tmp_path, CELLS).versions == {}
    assert "numpy" in its_key(tmp_path, CELLS.replace("import json", "import numpy")).versions


def test_the_key_changes_with_the_answers_to_judge(tmp_path):
    answers = [None, {"one": {"right": "x = 1"}}, {"one": {"right": "x = 2 - 1"}}]
    assert len({its_key(tmp_path, CELLS, answers=some).digest for some in answers}) == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"code": ("a", "c")}, ["code: changed in code cell 2"]),
        ({"code": ("c", "d")}, ["code: changed in code cell 1, 2"]),
        ({"code": ("a", "b", "c")}, ["code: 2 cells became 3"]),
        ({"python": "3.14"}, ["Python: 3.13 became 3.14"]),
        ({"versions": {"jax": "2", "numpy": "2"}}, ["version: jax 1 became 2"]),
        (
            {"versions": {"numpy": "2", "optax": "1"}},
            ["version: jax 1 became absent", "version: optax absent became 1"],
        ),
        ({"runner": "s"}, ["runner: how kernels are set up, answers judged or outputs normalised changed"]),
    ],
)
def test_what_changed_in_a_key_is_said_in_words(changes, said):
    assert differences(replace(KEY, **changes), KEY) == said
