"""Every tutorial runs, and keeps to the rules of the course, which are data in `mkdocs.yml`."""

import ast

import pytest
from answers import ROUTES, lesson, lessons

from publishing.read.diagnostic import join
from publishing.site.house import broken_rules, rules_of

NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in lessons()]


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_keeps_to_the_rules_of_the_course(name):
    assert [str(diagnostic) for diagnostic in broken_rules(lesson(name), ROUTES.site)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_are_those_that_a_page_of_its_kind_needs(name):
    always = {
        "seconds",
        "sections",
        "objectives",
        "code_cells",
        "headings",
        "never",
        "never_in_code",
        "sentence",
    }
    teaching = {"words", "kinds", "has", "questions"} if ROUTES.site.is_course(name) else set()
    assert rules_of(name, ROUTES.site).keys() >= always | teaching


def definitions(name, recap):
    """The classes and functions of a tutorial's own cells, or of those that recall another."""
    cells = [cell for cell in lessons()[name].solved.code if ("recap" in cell.tags) == recap]
    nodes = [node for cell in cells for node in ast.parse(join(cell.lines)).body]
    kinds = (ast.ClassDef, ast.FunctionDef)
    return {node.name: ast.dump(node) for node in nodes if isinstance(node, kinds)}


def test_the_transformer_on_many_devices_is_that_of_its_own_page():
    recalled = definitions("beyond/devices", recap=True)
    assert "Transformer" in recalled
    assert recalled.items() <= definitions("beyond/transformer", recap=False).items()
