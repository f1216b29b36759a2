import importlib.metadata
import json
from pathlib import Path

import pytest

from publishing.assemble.variants import solve
from publishing.read.diagnostic import SourceError
from publishing.read.percent import read_tutorial
from publishing.run.packages import DISPLAY, clear_cache, closure, imported, lowest, needed


def variant(folder: Path, code: str):
    (folder / "snippets").mkdir(exist_ok=True)
    (folder / "snippets/a.py").write_text(
        "import numpy as np\n\n\ndef f(x):\n    return np.sum(x)\n"
    )
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


def test_what_only_hidden_cells_import_is_not_asked_of_a_reader(tmp_path):
    code = 'import numpy\n\n# %% tags=["hidden"]\nimport matplotlib'
    assert imported(variant(tmp_path, code)) == ("matplotlib", "numpy")
    assert imported(variant(tmp_path, code), hidden=False) == ("numpy",)


def test_an_import_that_is_not_installed_is_an_error_at_its_line(tmp_path):
    with pytest.raises(SourceError) as raised:
        imported(variant(tmp_path, "import os\nimport no_such_module.part"))
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.path, diagnostic.number) == (tmp_path / "tiny.py", 9)
    assert "no_such_module" in diagnostic.message


MISSING = "import no_such_module"
CAUGHT = {
    "ImportError": f"try:\n    {MISSING}\nexcept ImportError:\n    no_such_module = None",
    "ModuleNotFoundError": f"try:\n    {MISSING} as it\n"
    "except (ValueError, ModuleNotFoundError) as error:\n    pass",
    "any": f"try:\n    if x:\n        {MISSING}\nexcept:\n    pass",
    "Exception in a function": f"def g():\n    try:\n        {MISSING}\n"
    "    except Exception:\n        pass",
}
NOT_CAUGHT = {
    "nothing": f"try:\n    {MISSING}\nfinally:\n    pass",
    "within the handler": f"try:\n    pass\nexcept ImportError:\n    {MISSING}",
    "in the else": f"try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    {MISSING}",
}


@pytest.mark.parametrize("form", CAUGHT)
def test_an_import_that_may_fail_need_not_be_installed_but_counts_where_it_is(tmp_path, form):
    assert imported(variant(tmp_path, CAUGHT[form])) == ()
    assert imported(variant(tmp_path, CAUGHT[form].replace("no_such_module", "numpy"))) == (
        "numpy",
    )


@pytest.mark.parametrize("form", NOT_CAUGHT)
def test_an_import_whose_failure_nothing_catches_must_be_installed(tmp_path, form):
    with pytest.raises(SourceError, match="no_such_module, which is not installed"):
        imported(variant(tmp_path, NOT_CAUGHT[form]))


@pytest.mark.parametrize("error", ["ImportError", "ModuleNotFoundError"])
def test_an_import_that_is_expected_to_fail_need_not_be_installed(tmp_path, error):
    assert imported(variant(tmp_path, f'pass\n\n# %% raises="{error}"\n{MISSING}')) == ()


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


def test_what_displays_outputs_is_needed_even_by_code_that_imports_nothing(tmp_path):
    assert needed(imported(variant(tmp_path, "x = 2"))) == {
        name: importlib.metadata.version(name) for name in DISPLAY
    }


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Installs a fake distribution from somewhere, and gives its version as a key has it."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "tiny-1.0.dist-info").mkdir()
    (tmp_path / "tiny-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
    )

    def version(origin: dict) -> str:
        (tmp_path / "tiny-1.0.dist-info/direct_url.json").write_text(json.dumps(origin))
        clear_cache()
        return closure(["tiny"])["tiny"]

    return version


def test_a_package_from_git_has_another_version_with_each_commit(installed):
    origins = [
        {"url": "https://forge/tiny", "vcs_info": {"vcs": "git", "commit_id": one * 40}}
        for one in "ab"
    ]
    assert [installed(origin) for origin in origins] == ["1.0 (aaaaaaaaaaaa)", "1.0 (bbbbbbbbbbbb)"]
    assert installed({"url": "https://files/tiny.whl", "archive_info": {}}) == "1.0"


def test_a_package_installed_in_place_has_another_version_with_each_change_of_its_code(
    installed, tmp_path
):
    source = tmp_path / "a source"
    (source / "tiny").mkdir(parents=True)
    (source / "lib/site-packages").mkdir(parents=True)
    origin = {"url": source.as_uri(), "dir_info": {"editable": True}}
    versions = [installed(origin)]
    for name, text in {"tiny/a.py": "1", "lib/site-packages/b.py": "1", "notes.txt": "1"}.items():
        (source / name).write_text(text)
        versions.append(installed(origin))
    assert versions[0] != versions[1]
    assert versions[1] == versions[2] == versions[3]


def test_names_are_canonical_and_what_is_absent_is_left_out():
    assert closure(["NumPy", "no-such-distribution"]) == closure(["numpy"])
    assert "numpy" in closure(["NumPy"])


def test_the_lowest_versions_are_read_from_the_project_file(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nrequires-python = ">=3.12"\n'
        'dependencies = ["jax>=0.11", "Dm_Haiku >= 0.0.16, <1", "numpy",\n'
        "  \"chex[a]>=0.1; python_version > '3'\"]\n[dependency-groups]\n"
        'course = ["pandas>=2.2", { include-group = "more" }]\nmore = ["Scipy >= 1.14"]\n'
    )
    expected = {
        "python": "3.12",
        "jax": "0.11",
        "dm-haiku": "0.0.16",
        "chex": "0.1",
        "pandas": "2.2",
        "scipy": "1.14",
    }
    assert lowest(project) == expected


def test_a_project_whose_packages_are_all_in_groups_has_lowest_versions_too(tmp_path):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nrequires-python = ">=3.12"\n[dependency-groups]\ncourse = ["polars>=1"]\n'
    )
    assert lowest(project) == {"python": "3.12", "polars": "1"}


def test_without_a_project_file_nothing_is_demanded(tmp_path):
    assert lowest(tmp_path / "pyproject.toml") == {}
