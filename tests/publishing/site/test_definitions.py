import ast
import re
import warnings

import pytest

from publishing.read.diagnostic import join
from publishing.site.definitions import parted
from publishing.site.page import page
from publishing.site.summary import reading

MODULE = '''
import functools

__all__ = []
RATE = 0.1


def _inner(x):
    return x


def scaled(x: float) -> float:
    """Scale a number.

    It is a paragraph of its own.

    Args:
      x: the number.

    Returns:
      the product.
    """
    return _inner(x) * RATE


class Steps:
    """Count steps."""

    def add(self):
        """Add one.

        Raises:
          ValueError: never.
        """
        return functools.partial(self.add)
'''
PASTED = "from snippets.steps import Steps, scaled"


@pytest.fixture
def shown(project, lesson, routes):
    """The Markdown of a page with a cell, without the tags of its code."""

    def make(cell: str) -> str:
        project.snippet("steps", MODULE)
        return re.sub(r"</?(i|a)\b[^>]*>", "", page(lesson(f"# %%{cell}"), routes)[0])

    return make


def test_pasted_code_is_folded_before_the_cells_own_code(shown):
    fold, rest = re.search(
        r"(?s)<details class=.quote.>(.*?)</details>(.*)", shown(f"\n{PASTED}\n\nscaled(2.0)")
    ).groups()
    assert (
        "<summary>Code of <code>Steps</code>, <code>RATE</code>, <code>scaled</code></summary>"
        in fold
    )
    assert "import functools" in fold
    assert "return _inner(x) * RATE" in fold
    assert "<pre><code>scaled(2.0)</code></pre>" in rest
    assert "def " not in rest


@pytest.mark.parametrize("text", [f"\n{PASTED}", f'tags=["recap"]\n{PASTED}'])
def test_a_cell_that_only_imports_snippets_shows_them(shown, text):
    page = shown(text.replace("tags", " tags"))
    assert "Code of <code>" not in page
    assert "def scaled" in page
    assert "the number." not in page


def test_docstrings_of_pasted_code_end_before_their_sections(project, lesson):
    project.snippet("steps", MODULE)
    pasted, own = parted(lesson(f"# %%\n{PASTED}\n\nscaled(2.0)").solved.code[0])
    assert "Args:" not in join(pasted)
    assert "Returns:" not in join(pasted)
    assert "Raises:" not in join(pasted)
    defined = {
        node.name: ast.get_docstring(node)
        for node in ast.walk(ast.parse(join(pasted)))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    assert defined["scaled"] == "Scale a number.\n\nIt is a paragraph of its own."
    assert defined["Steps"] == "Count steps."
    assert defined["add"] == "Add one."
    assert join(own).strip() == "scaled(2.0)"


@pytest.mark.parametrize("quotes", ['"""', "'''"])
@pytest.mark.parametrize("prefix", ["", "r"])
@pytest.mark.parametrize("end", [".", '"', "'", "\\"])
def test_a_short_docstring_ends_as_its_author_quoted_it(project, lesson, quotes, prefix, end):
    text = (
        f"def f(x):\n    {prefix}{quotes}It is as{end}\n\n    Args:\n      x: a.\n    "
        f"{quotes}\n    return x\n"
    )
    project.snippet("steps", text)
    pasted, _ = parted(lesson("# %%\nfrom snippets.steps import f\n\nf(1)").solved.code[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # of the author's backslash
        assert ast.get_docstring(ast.parse(join(pasted)).body[0]).startswith("It is as")
    assert "Args" not in join(pasted)
    assert "return x" in join(pasted)


def test_a_cells_own_docstrings_stay_as_they_are(shown):
    assert "Args:" in shown(
        '\ndef f(x):\n    """Return it.\n\n    Args:\n      x: a number.\n    """\n    return x\n'
    )


def test_only_lines_that_are_not_folded_take_time_to_read(project, lesson):
    project.snippet("steps", MODULE)
    alone, beside = (
        reading(lesson(f"# %%\n{PASTED}{more}").solved.cells)[1] for more in ("", "\n\nscaled(2.0)")
    )
    assert (beside, alone > 10) == (1, True)


def test_every_page_of_the_course_is_parted_into_code_that_parses(course):
    for cell in (cell for lesson in course for cell in lesson.solved.code):
        pasted, own = parted(cell)
        ast.parse(join(pasted)), ast.parse(join(own))
        assert not re.search(r"^\s+Args:$", join(pasted), re.MULTILINE)
        assert not (pasted and own and "predict" in cell.tags), (
            "the fold would part a question from its code"
        )
