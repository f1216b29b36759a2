from pathlib import Path

import pytest

from publishing.building import Job
from publishing.keys import Key
from publishing.reference import NOWHERE, definitions, entries, modules
from publishing.settings import Settings
from publishing.source import SourceError
from publishing.tutorial import read_tutorials
from publishing.variants import solved

ROOT = Path(__file__).parents[2]
LAYERS = """
import jax.numpy as jnp

WIDTH = 3


def layer(x):
    return _scaled(x)


def network(x):
    return layer(layer(x))


class Model:
    size = WIDTH


def _scaled(x):
    return WIDTH * x
"""


def jobs_of(settings) -> list[Job]:
    variants = [solved(tutorial, settings.snippets) for tutorial in read_tutorials(settings.source)]
    return [Job(variant, variant, Key((), "", {}, ""), None) for variant in variants]


def shown(project) -> dict[str, list[str]]:
    path = project.settings.snippets / "layers.py"
    found = definitions("snippets.layers", path, jobs_of(project.settings))
    return {definition.name.rpartition(".")[2]: [job.name for job in definition.jobs] for definition in found}


@pytest.fixture
def layers(project):
    project.snippet("layers", LAYERS)
    project.tutorial("a", "# %%\nfrom snippets.layers import network\n")
    project.tutorial("b", "# %%\nfrom snippets.layers import layer\n")
    return project


def test_public_functions_and_classes_have_entries_and_nothing_else_has(layers):
    assert list(shown(layers)) == ["layer", "network", "Model"]


def test_a_tutorial_shows_what_it_imports_and_what_that_needs(layers):
    assert shown(layers) == {"layer": ["a", "b"], "network": ["a"], "Model": []}


def test_a_solution_taken_from_a_snippet_shows_it(layers):
    layers.tutorial(
        "c",
        """
        # %% exercise="model"
        ### BEGIN SOLUTION
        from snippets.layers import Model
        ### END SOLUTION

        # %% check="model"
        print(Model.size)
        """,
    )
    assert shown(layers)["Model"] == ["c"]


def test_a_hidden_cell_does_not_show_what_it_carries(layers):
    layers.tutorial("c", '# %% tags=["hidden"]\nfrom snippets.layers import Model\n')
    assert shown(layers)["Model"] == []


def test_code_that_only_looks_like_a_snippet_does_not_count(layers):
    layers.tutorial("c", "# %%\nclass Model:\n    size = WIDTH\n")
    assert shown(layers)["Model"] == []


def test_a_new_module_appears_without_an_edit_and_a_private_one_does_not(layers):
    layers.snippet("deep/losses", "def loss(x):\n    return x\n")
    layers.snippet("_drafts", "def draft(x):\n    return x\n")
    assert list(modules(layers.settings.snippets)) == ["snippets.deep.losses", "snippets.layers"]
    assert "::: snippets.deep.losses.loss\n" in entries([], layers.settings.snippets, str)


def test_an_entry_links_the_tutorials_in_the_order_given_or_says_that_there_is_none(layers):
    said = entries(jobs_of(layers.settings)[::-1], layers.settings.snippets, lambda name: f"../{name}.ipynb")
    assert "::: snippets.layers.layer\n\nShown in: [b](../b.ipynb), [a](../a.ipynb).\n" in said
    assert f"::: snippets.layers.Model\n\n{NOWHERE}" in said


def test_a_module_that_cannot_be_read_is_an_error_at_its_line(layers):
    layers.snippet("broken", "def f(x:\n    return x\n")
    with pytest.raises(SourceError, match=r"broken.py:1: SyntaxError"):
        entries([], layers.settings.snippets, str)


def test_nearly_every_definition_of_this_course_is_shown_in_a_tutorial():
    settings = Settings(source=ROOT / "tutorials")
    jobs = jobs_of(settings)
    found = [d for name, path in modules(settings.snippets).items() for d in definitions(name, path, jobs)]
    unused = [definition.name for definition in found if not definition.jobs]
    assert found
    assert len(unused) <= len(found) // 10, f"no tutorial shows {unused}: use them in one, or delete them."
