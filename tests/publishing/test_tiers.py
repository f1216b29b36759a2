"""The tiers and shards of the tests, which `tests/tiers.py` chooses."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = """
import sys

sys.path.insert(0, {folder!r})
import tiers

pytest_addoption = tiers.add_options
pytest_collection_modifyitems = tiers.select


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: ")
"""
MODULE = """
import pytest

def test_quick(): pass

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.xdist_group("a")
@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_group(n): pass
"""


@pytest.fixture
def chosen(tmp_path):
    """The tests that run with some options, in a folder of two files."""
    folder = str(Path(__file__).parents[1])
    (tmp_path / "conftest.py").write_text(CONFTEST.format(folder=folder))
    (tmp_path / "test_module.py").write_text(MODULE)
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")

    def run(*options: str) -> set[str]:
        command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 5):
            raise ValueError(done.stderr)
        lines = [line for line in done.stdout.splitlines() if line.endswith("%]")]
        assert all(" PASSED " in line for line in lines)
        return {line.partition(" ")[0].partition("::")[2].removeprefix("test_") for line in lines}

    return run


def test_the_first_tier_and_the_rest_are_all_and_shards_of_them_have_each_test_once(chosen):
    assert chosen() == {"quick", "group[1]", "other"}
    assert chosen("--rest") == {"slow", "group[2]"}
    assert chosen("--all") == chosen() | chosen("--rest")
    shards = [chosen("--all", "--shard", f"{number}/2") for number in (1, 2)]
    assert set.union(*shards) == chosen("--all")
    assert set.intersection(*shards) == set()
    assert any({"group[1]", "group[2]"} <= shard for shard in shards)


def test_a_slow_test_that_is_named_runs(chosen):
    assert chosen("test_module.py::test_slow") == {"slow"}


def test_a_shard_that_is_not_one_is_refused(chosen):
    with pytest.raises(ValueError, match="write K/N with 1 <= K <= N"):
        chosen("--shard", "3/2")
