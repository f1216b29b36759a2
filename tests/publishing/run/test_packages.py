import importlib.metadata
from pathlib import Path

import pytest

from publishing.assemble.variants import solve
from publishing.read.percent import read_tutorial
from publishing.read.problem import SourceError
from publishing.run.packages import closure, imported, lowest


def variant(folder: Path, code: str):
    (folder / "snippets").mkdir(exist_ok=True)
    (folder / "snippets/a.py").write_text("import numpy as np\n\n\ndef f(x):\n    return np.sum(x)\n")
    path = folder / "tiny.py"
    path.write_text(f"# %% [markdown]\n# # Title\n\n# %%\nx = 1\n\n# %%\n{code}\n")
    return solve(read_tutorial(path, "tiny"), folder / "snippets")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 2", ()),
        ("import os, sys\nfrom math import pi", ()),
        ("import jax.numpy as jnp", ("jax",)),
        ("import haiku as hk\nfrom matplotlib import pyplot", ("dm-haiku", "matplotlib")),
        ("def g():\n    import numpy", ("numpy",)),
        ("from snippets.a import f", ("numpy",)),
        ("'import jax'", ()),
    ],
)
def test_the_distributions_that_code_imports_are_known_by_their_name(tmp_path, code, expected):
    assert imported(variant(tmp_path, code)) == expected


def test_an_import_that_is_not_installed_is_an_error_at_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "packages_distributions", dict)  # the real one takes seconds
    with pytest.raises(SourceError) as raised:
        imported(variant(tmp_path, "import os\nimport no_such_module.part"))
    (problem,) = raised.value.problems
    assert (problem.path, problem.number) == (tmp_path / "tiny.py", 9)
    assert "no_such_module" in problem.message


def test_a_closure_covers_what_a_distribution_requires_but_no_extras():
    found = closure(["jax"])
    assert found["jax"] == importlib.metadata.version("jax")
    assert {"jaxlib", "numpy"} <= set(found)
    assert not [name for name in found if "cuda" in name]
    assert list(found) == sorted(found)


def test_what_only_an_extra_requires_is_left_out_even_if_it_is_installed(tmp_path, monkeypatch):
    (tmp_path / "tiny-1.0.dist-info").mkdir()
    (tmp_path / "tiny-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\nRequires-Dist: absl-py\n"
        'Requires-Dist: numpy; extra == "gpu"\nRequires-Dist: scipy; python_version < "3"\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert list(closure(["tiny"])) == ["absl-py", "tiny"]


def test_names_are_canonical_and_what_is_absent_is_left_out():
    assert closure(["NumPy", "no-such-distribution"]) == closure(["numpy"])
    assert "numpy" in closure(["NumPy"])


def test_the_lowest_versions_are_read_from_the_project_file(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nrequires-python = ">=3.12"\n'
        'dependencies = ["jax>=0.11", "Dm_Haiku >= 0.0.16, <1", "numpy", "chex[a]>=0.1; python_version > \'3\'"]\n'
    )
    assert lowest(project) == {"python": "3.12", "jax": "0.11", "dm-haiku": "0.0.16", "chex": "0.1"}


def test_without_a_project_file_nothing_is_demanded(tmp_path):
    assert lowest(tmp_path / "pyproject.toml") == {}
