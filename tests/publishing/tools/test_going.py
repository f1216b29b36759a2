import asyncio
from dataclasses import replace

import pytest

from publishing.assemble.variants import solve
from publishing.read.percent import read_tutorial
from publishing.tools.going import run_on

CELLS = """
# %%
first = 1 / 0
used = 1

# %%
print(used)

# %%
print(first, nowhere)

# %% raises="KeyError"
{}["a"]

# %% raises="TypeError"
{}["a"]

# %%
"" + 1
"""


@pytest.fixture
def variant(project):
    return solve(
        read_tutorial(project.tutorial("part/tiny", CELLS), "part/tiny"), project.settings.snippets
    )


@pytest.mark.slow
def test_all_cells_that_fail_are_told_but_not_those_that_lack_what_these_would_have_bound(
    variant, project
):
    run, failures = asyncio.run(run_on(variant, project.settings))
    assert [(each.line.number, each.headline.partition(":")[0]) for each in failures] == [
        (5, "ZeroDivisionError"),
        (18, "KeyError"),
        (21, "TypeError"),
    ]
    assert len(run.outputs) == 6


@pytest.mark.slow
def test_a_run_that_cannot_go_on_tells_what_it_saw(project):
    path = project.tutorial(
        "part/tiny", "# %%\n1 / 0\n\n# %%\nimport time\ntime.sleep(9)\n\n# %%\n{}[1]\n"
    )
    variant = solve(read_tutorial(path, "part/tiny"), project.settings.snippets)
    run, failures = asyncio.run(run_on(variant, replace(project.settings, timeout=2)))
    assert run is None
    assert [each.line.number for each in failures] == [5, 7]
