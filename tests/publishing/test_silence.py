import pytest

from publishing.silence import silenced
from publishing.source import SourceError
from publishing.tutorial import read_tutorial
from publishing.variants import solved

HIDING = (
    'warnings.simplefilter("ignore")',
    'warnings.filterwarnings("ignore", "old")',
    'filterwarnings(action="ignore")',
    'with warnings.catch_warnings(action="ignore"): pass',
)


def check(project, cells):
    tutorial = read_tutorial(project.tutorial("tiny", cells), "tiny")
    silenced(solved(tutorial, project.settings.snippets))


@pytest.mark.parametrize("line", HIDING)
def test_a_cell_that_hides_warnings_is_told_by_its_line(project, line):
    with pytest.raises(SourceError, match=r"tutorials/tiny\.py:6: hides warnings; mend what warns, or name it"):
        check(project, f"# %%\nx = 1\n{line}")


def test_a_snippet_that_hides_warnings_is_told_by_its_own_line(project):
    project.snippet("quiet", f"import warnings\n\n\ndef quiet():\n    {HIDING[0]}\n")
    with pytest.raises(SourceError, match=r"snippets/quiet\.py:5: hides warnings"):
        check(project, "# %%\nfrom snippets.quiet import quiet\n")


@pytest.mark.parametrize(
    "line", ['warnings.simplefilter("error")', "warnings.catch_warnings(record=True)", "f('ignore')"]
)
def test_what_shows_or_catches_warnings_may_stand(project, line):
    check(project, f"# %%\n{line}\n")
