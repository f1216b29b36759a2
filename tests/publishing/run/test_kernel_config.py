import ast
import asyncio

import pytest

from publishing import kernel
from publishing.execution import execute
from publishing.failure import Failure
from publishing.tutorial import read_tutorial
from publishing.variants import solved

WARNS = {
    "InlineBackend._figure_formats_changed": "import matplotlib.pyplot as plt\n\nplt.plot([1])\nplt.show()",
}


def ledger() -> tuple[ast.Assign, list[tuple[str, str, str]]]:
    """The statement that holds the tolerated warnings, and what it says."""
    tree = ast.parse(kernel.CONFIG.read_text())
    (found,) = [n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "TOLERATED"]
    return found, ast.literal_eval(found.value)


def test_each_tolerated_warning_is_told_with_a_reason_and_a_cell_that_gives_it():
    _, entries = ledger()
    assert [message for message, _, _ in entries] == list(WARNS)
    assert all(len(reason) > 20 for _, _, reason in entries)


@pytest.mark.parametrize("message", WARNS)
def test_each_tolerated_warning_would_fail_the_build_if_it_were_not_tolerated(project, monkeypatch, message):
    node, entries = ledger()
    lines = kernel.CONFIG.read_text().splitlines()
    without = f"TOLERATED = {[entry for entry in entries if entry[0] != message]!r}"
    config = project.root / "config.py"
    config.write_text("\n".join([*lines[: node.lineno - 1], without, *lines[node.end_lineno :]]))
    monkeypatch.setattr(kernel, "CONFIG", config)
    tutorial = read_tutorial(project.tutorial("tiny", f"# %%\n{WARNS[message]}\n"), "tiny")
    with pytest.raises(Failure, match=message):
        asyncio.run(execute(solved(tutorial, project.settings.snippets), project.settings))
