"""Every name, keyword and base class of Haiku in the files of the corpus runs on a page."""

import re
from functools import reduce
from operator import or_

import pytest
from answers import ROOT
from taught import lacks, running, share, shown, table, taught
from uses import NOTHING, Uses, below, commits, corpus, uses

from publishing.read.percent import read_tutorial

pytestmark = pytest.mark.xdist_group("look_up/names")


@pytest.mark.parametrize(
    ("code", "names", "keywords", "bases"),
    [
        ("import haiku as hk\nhk.Linear(2, with_bias=False)", "Linear", "Linear(with_bias=)", ""),
        ("import haiku\nhaiku.nets.MLP([2])", "nets.MLP", "", ""),
        ("import haiku.nets\nhaiku.nets.MLP([2])", "nets.MLP", "", ""),
        (
            "import haiku.nets as n\nn.MLP([2], activation=f)",
            "nets.MLP",
            "nets.MLP(activation=)",
            "",
        ),
        ("from haiku import nets as n\nn.MLP([2], name='a')", "nets.MLP", "nets.MLP(name=)", ""),
        ("from haiku.nets import MLP as M\nM(name='a')", "nets.MLP", "nets.MLP(name=)", ""),
        ("import haiku as hk\nclass A(hk.Module):\n  pass", "Module", "", "Module"),
        ("from haiku import GRU\nclass A(GRU):\n  pass", "GRU", "", "GRU"),
        (
            "import haiku as hk\nimport functools\nfunctools.partial(hk.GRU, name='a')",
            "GRU",
            "GRU(name=)",
            "",
        ),
        ("import haiku as hk\ninit = hk.initializers", "initializers", "", ""),
        (
            "import haiku as hk\nx: hk.Params = hk.Linear(2)(x, precision=1)",
            "Params Linear",
            "",
            "",
        ),
        ("import haiku as hk\n# hk.Linear\n'hk.GRU(2)'", "", "", ""),
        ("from mine import haiku as hk\nhk.Linear(2)", "", "", ""),
        ("from . import haiku\nhaiku.Linear(2)", "", "", ""),
        ("import haikus as hk\nhk.Linear(2)", "", "", ""),
        ("import jax as hk\nhk.Linear(2)", "", "", ""),
        ("import haiku as hk\nhk.Linear(**options)", "Linear", "", ""),
    ],
)
def test_uses_are_read_from_the_syntax_tree(code, names, keywords, bases):
    assert uses(code) == Uses(*(frozenset(text.split()) for text in (names, keywords, bases)))


def test_a_dataclass_is_another_base_than_a_class():
    imports = "import haiku as hk\nfrom dataclasses import dataclass\n"
    code = imports + "@dataclass{}\nclass A(hk.Module):\n  width: int"
    for options in ("", "(frozen=True)"):
        assert uses(code.format(options)).bases == {"Module", "Module, as a dataclass"}


def test_what_is_missing_has_a_name_that_people_can_look_up():
    lacking = uses("import haiku as hk\nclass A(hk.GRU):\n  b = hk.Linear(2, name='a')")
    assert lacking.missing(NOTHING) == ["GRU", "Linear", "Linear(name=)", "a subclass of GRU"]
    assert lacking.missing(lacking) == []
    assert share([lacking, NOTHING], NOTHING) == (1, 2)
    assert lacks([lacking, lacking], NOTHING)["GRU"] == 2
    assert str(share([lacking], lacking)) == "1 of 1 (100.0%)"


def test_files_below_a_folder_are_counted_and_those_that_cannot_be_read_are_named(tmp_path, capsys):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/net.py").write_text("import haiku as hk\nhk.Linear(2)")
    (tmp_path / "a/other.py").write_text("import jax")
    (tmp_path / "old.py").write_text("print 'Python 2'")
    assert below(tmp_path) == {"a/net.py": Uses(frozenset({"Linear"}), frozenset(), frozenset())}
    assert "old.py" in capsys.readouterr().err


def test_only_what_readers_see_run_is_taught(tmp_path):
    page = tmp_path / "page.py"
    page.write_text(
        "# %% [markdown]\n# # A page\n# `hk.LSTM`\n\n"
        '# %%\nimport haiku as hk\n\nhk.Linear\n# hk.Bias\n"hk.Conv1D"\n\n'
        '# %% tags=["hidden"]\nhk.GRU\n\n# %% raises="AttributeError" match="x"\nhk.Embed.x\n'
    )
    assert running(cell for cell in read_tutorial(page, "page").cells if cell.code).names == {
        "Linear"
    }


def test_the_pages_run_what_at_least_98_percent_of_the_files_use():
    files = [used for repository in corpus().values() for used in repository.values()]
    covered, every = share(files, taught())
    assert every >= 376
    assert covered / every >= 0.98, table(corpus(), taught())


def test_most_of_what_files_use_is_taught_outside_of_the_page_of_names():
    course = reduce(or_, (run for name, run in shown().items() if name != "look_up/names"))
    files = [used for repository in corpus().values() for used in repository.values()]
    assert share(files, course).covered / len(files) >= 0.5


def test_each_repository_has_a_commit_and_files():
    assert corpus().keys() == commits().keys()
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for commit in commits().values())
    assert all(files and all(used.names for used in files.values()) for files in corpus().values())


def test_the_front_page_says_what_the_script_counts():
    files = [used for repository in corpus().values() for used in repository.values()]
    covered, every = share(files, taught())
    front = " ".join((ROOT / "docs/index.md").read_text().split())
    number = "all of them" if covered == every else f"{covered} of them"
    said = (
        f"We read {every} Python files of {len(corpus())} public repositories: in {number}, "
        "every name, keyword argument and base class of Haiku runs on a page of this course."
    )
    assert said in front
