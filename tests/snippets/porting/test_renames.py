"""Each rename is made in a file for each way to import the old name, and the file is run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from snippets.porting.revive import find_changes, fix
from snippets.porting.revive.table import known_names

BELOW = [  # of modules that moved: names that are there, and one that was renamed, too
    "jax.api.jit",
    "jax.api.tree_map",
    "jax.experimental.optimizers.adam",
    "jax.experimental.optix.adam",
    "jax.experimental.stax.Dense",
    "jax.linear_util.wrap_init",
    "jax.numpy.onp.prod",
]
RENAMES = sorted(
    name
    for name, known in known_names("removed", "renamed", "advice").items()
    if known.renamed and "(" not in name and not name.startswith(("import.", "."))
)
RENAMES += BELOW
PACKAGES = sorted({name.partition(".")[0] for name in RENAMES})
LOADED = {"jaxlib": "jax"}  # what names of a package are today
STAYS = {("jax.numpy.onp", "module from its package")}  # `numpy` is another module there
SOME = [
    "jax.lib.xla_bridge.get_backend",
    "jax.core.Primitive",
    "jax.linear_util",
    "jax.api.tree_map",
    "jax.util.partial",
    "jax.experimental.optimizers",
]


def spellings(name: str) -> dict[str, str]:
    """Programs that use a name, by the way in which they import it."""
    root, _, rest = name.partition(".")
    module, _, last = name.rpartition(".")
    above, _, parent = module.rpartition(".")
    programs = {
        "root": f"import {root}\n\n{name}\n",
        "root under another name": f"import {root} as r\n\nr.{rest}\n",
        "root, use in a function": f"import {root}\n\n\ndef use():\n    return {name}\n\n\nuse()\n",
        "root in a function": f"def use():\n    import {root}\n\n    return {name}\n\n\nuse()\n",
        "module": f"import {module}\n\n{name}\n",
        "module under another name": f"import {module} as m\n\nm.{last}\n",
        "name": f"from {module} import {last}\n\n{last}\n",
        "name under another name": f"from {module} import {last} as it\n\nit\n",
        "name twice": f"import os\nfrom {module} import {last}, {last} as it\n\n{last}, it\n",
    }
    if above:
        programs["module from its package"] = f"from {above} import {parent}\n\n{parent}.{last}\n"
        programs["module under another name, twice"] = (
            f"from {above} import {parent} as m  # a\n\nm.{last}, m.{last}\n"
        )
    return programs


def errors(package: str, programs: list[str]) -> list[str]:
    """What each program raises in a process of its own."""
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("fresh.py")), package]
    text = json.dumps(programs)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def unmended(package: str, names: list[str]) -> dict[tuple[str, str], str]:
    """What is wrong with the fixed programs, by name and spelling."""
    programs = {(name, how): text for name in names for how, text in spellings(name).items()}
    fixed = {key: fix(text) for key, text in programs.items()}
    assert {key for key, text in fixed.items() if fix(text) != text} == set()
    told = {key: any(change.fails for change in find_changes(text)) for key, text in fixed.items()}
    wrong = {}
    for key, error in zip(fixed, errors(package, list(fixed.values())), strict=True):
        if error or told[key]:
            wrong[key] = f"{error or 'runs'}, {'told' if told[key] else 'not told'}: {fixed[key]}"
    return {key: text for key, text in wrong.items() if key not in STAYS}


def test_programs_run_with_nothing_but_their_own_imports():
    assert errors("jax", ["import jax.extend", "jax", "import jax\njax.extend", "1 / 0"]) == [
        "",
        "NameError: name 'jax' is not defined",
        "AttributeError: module 'jax' has no attribute 'extend'",
        "ZeroDivisionError: division by zero",
    ]


def test_some_renames_give_files_that_run():
    assert set(SOME) <= set(RENAMES)
    assert unmended("jax", SOME) == {}


PARTS = [  # of twenty names, so that none of them takes long where others run
    pytest.param(package, names[start : start + 20], id=f"{package}-{start}")
    for package in PACKAGES
    for names in [[name for name in RENAMES if name.startswith(f"{package}.")]]
    for start in range(0, len(names), 20)
]


@pytest.mark.slow
@pytest.mark.parametrize(("package", "names"), PARTS)
def test_each_rename_gives_a_file_that_runs_however_the_name_was_imported(package, names):
    assert unmended(LOADED.get(package, package), names) == {}


def test_what_stays_is_reported():
    for name, how in STAYS:
        assert [change.fails for change in find_changes(fix(spellings(name)[how]))] == [True]
