"""Each public function and class of the snippets has an example in its docstring that runs."""

import ast
import doctest
import importlib
import inspect
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

ROOT = Path(__file__).parents[2]
VERBS = ROOT / "snippets/porting"
OFFERED = ("__init__.py", "look.py", "load.py")  # of a folder in it
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.glob("snippets/**/*.py"))
    if (path.name in OFFERED) == (VERBS in path.parents[1:])
    if path.name != "command.py" and path.parent.name != "sketches"
}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def public_names(path: Path) -> list[str]:
    """What a module defines for others."""
    nodes = [node for node in ast.parse(path.read_text()).body if isinstance(node, DEFINITIONS)]
    return [node.name for node in nodes if not node.name.startswith("_")]


@pytest.mark.parametrize(
    ("module", "name"),
    [(module, name) for module in MODULES for name in public_names(MODULES[module])],
)
def test_a_public_name_has_an_example_that_runs(module, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = vars(importlib.import_module(module))
    example = doctest.DocTestParser().get_doctest(
        found[name].__doc__ or "", dict(found), name, str(MODULES[module]), 0
    )
    assert example.examples
    assert inspect.isclass(found[name]) or any(name in step.source for step in example.examples)
    said: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(example, out=said.append).failed
    plt.close("all")
    assert not failed, "".join(said)
