from pathlib import Path

import pytest

from publishing.markers import filled
from publishing.source import SourceError


def fill(path: Path, markdown: str) -> str:
    path.write_text(markdown, encoding="utf-8")
    return filled(markdown.removeprefix("---\nhide: toc\n---\n"), path, path.name, [], path.parent / "snippets")


def test_a_marker_is_replaced_by_what_it_names(project):
    project.snippet("values", "def one():\n    return 1\n")
    page = fill(project.root / "page.md", "Before.\n\n<!-- build: reference -->\n\nAfter.\n")
    assert page.startswith("Before.\n\n::: snippets.values\n")
    assert page.endswith("\n\nAfter.\n")


@pytest.mark.parametrize("marker", ["<!-- build: excercises -->", "<!--build: all-->", "  <!-- build -->"])
def test_an_unknown_marker_is_an_error_that_names_the_line_and_the_markers_that_there_are(project, marker):
    with pytest.raises(SourceError) as error:
        fill(project.root / "page.md", f"---\nhide: toc\n---\n# Page\n\n{marker}\n")
    (problem,) = error.value.problems
    assert (problem.path.name, problem.number) == ("page.md", 6)
    for known in ("exercises", "reference", "report", "versions"):
        assert f"`<!-- build: {known} -->`" in problem.message


@pytest.mark.parametrize(
    "markdown",
    [
        "```\n<!-- build: other -->\n```",
        "A line `<!-- build: other -->` in a sentence.",
        "<!-- a comment on the build -->",
        "<!-- builders: none -->",
    ],
)
def test_code_and_comments_stay_as_they_are(project, markdown):
    assert fill(project.root / "page.md", markdown) == markdown
