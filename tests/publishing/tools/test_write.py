import pytest
import yaml
from click.testing import CliRunner

from publishing.tools.cli import main

EXERCISE = """
# %% [markdown]
# ## Exercise: twice as much

# %% exercise="double" kind="build" minutes="5"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double"
assert double(3) == 6, "Which number doubles another one?"
print("Right.")
"""
CONFIG = """
nav: [index.md, tutorials/part/tiny.ipynb]
extra: { version: !ENV [VERSION, "1"] }
edit_uri: blob/main
"""


@pytest.mark.slow
def test_other_generators_get_markdown_whose_links_lead_to_markdown(project):
    project.tutorial("part/tiny", EXERCISE)
    page = "[Tiny](tutorials/part/tiny.ipynb#a) [notebook](tutorials/part/tiny/tiny.ipynb)\n"
    (project.root / "docs/index.md").write_text(f"# Home\n\n{page}\n<!-- build: exercises -->\n")
    (project.root / "docs/other.md").write_text('# Other\n\n<a href="../figure.svg">figure</a>\n')
    config = project.root / "mkdocs.yml"
    config.write_text(config.read_text() + CONFIG)
    written = CliRunner().invoke(main, ["write", "out"])
    assert written.exit_code == 0, written.output
    docs = project.root / "out/docs"
    home = (docs / "index.md").read_text()
    assert "[Tiny](tutorials/part/tiny.md#a) [notebook](tutorials/part/tiny/tiny.ipynb)" in home
    link = "[Twice as much](tutorials/part/tiny.md#exercise-double)"
    assert f"| 1 | {link} | `double` | build | 5 |" in home
    assert '<a href="figure.svg">' in (docs / "other.md").read_text()
    assert "twice as much" in (docs / "tutorials/part/tiny.md").read_text()
    assert (docs / "tutorials/part/tiny/tiny.ipynb").is_file()
    options = yaml.safe_load((project.root / "out/mkdocs.yml").read_text())
    assert options["plugins"] == []
    assert options["nav"] == ["index.md", "tutorials/part/tiny.md"]
    assert options["theme"] == {"variant": "classic", "name": "mkdocs"}
    assert "publishing.site.markdown:Mathematics" in options["markdown_extensions"]
    assert "edit_uri" not in options
