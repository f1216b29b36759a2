"""One whole build of a tiny project through MkDocs, and what a reader, an author and a failure meet."""

import gzip
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import pytest

from publishing import building

TEMPLATE = Path(__file__).parents[2] / "publishing/page.html.j2"
CONFIG = """
site_name: Tiny
edit_uri: https://example.org/edit/main/docs/
strict: true
theme: { name: material, font: false, features: [content.action.edit] }
plugins:
  - search
  - tutorials: { timeout: 60 }
  - mkdocs-jupyter:
      include: ["*.ipynb"]
      html_exporter_options: { exclude_markdown: true }
      custom_template: %s
      execute: false
      cache: false
      mathjax_version: 2
nav: [index.md, tutorials/jax/one.ipynb, tutorials/jax/two.ipynb]
"""
ONE = """
# %% [markdown]
# Prose with $x^T A x$, a [page](two.py#a-heading), [home](../../docs/index.md) and `[code](no.py)`.

# %% tags=["recap"]
from snippets.values import one

# %%
print("one is", one())

# %% exercise="add-one"
def add_one(x):
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION

# %% check="add-one"
assert add_one(1) == 2, "add_one(1) should be 2"

# %% raises="ZeroDivisionError"
1 / 0

# %% alt="a rising line"
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()

# %% tags=["hidden"]
secret = "not on the page"
"""
SUM = """
# %%
import numpy as np

# %% exercise="total"
def total(x):
    ### BEGIN SOLUTION
    return np.sum(x)
    ### END SOLUTION

# %% check="total"
assert total([1, 2]) == np.sum([1, 2])
"""
TWO = "# %% [markdown]\n# ## A heading\n#\n# Text.\n\n# %%\n1 + 1\n"


@pytest.fixture
def site(project):
    """A project with two tutorials and a home page."""
    (project.root / "docs").mkdir()
    (project.root / "docs/index.md").write_text("# Home\n\n[one](tutorials/jax/one.ipynb)\n")
    (project.root / "mkdocs.yml").write_text(CONFIG % TEMPLATE)
    project.snippet("values", "def one():\n    return 1\n")
    project.tutorial("jax/one", ONE)
    project.tutorial("jax/two", TWO)
    return project


@pytest.fixture
def build(site, mkdocs_build):
    """`mkdocs build` of the project."""
    return mkdocs_build


def article(path="site/tutorials/jax/one/index.html"):
    return re.search(r"<article.*</article>", Path(path).read_text(), re.DOTALL)[0]


@pytest.fixture
def built(site, build):
    """The project after one build."""
    code, said = build()
    assert code == 0, said
    return site


def test_names_in_code_link_to_documentation_those_of_snippets_to_a_page_of_the_site(site, build):
    page = site.root / "docs/reference/snippets.md"
    page.parent.mkdir()
    page.write_text("# Snippets\n\nNothing yet.\n")
    site.tutorial("jax/two", TWO + SUM)
    code, said = build()
    assert code == 1
    assert "there is no #snippets.values.one on reference/snippets/index.html" in said
    page.write_text('# Snippets\n\n<a id="snippets.values.one"></a>The number one.\n')
    code, said = build()
    assert code == 0, said
    link = '<a href="../../../reference/snippets/#snippets.values.one">'
    assert f'<span class="k">def</span> {link}<span class="nf">one</span></a>():' in article()
    address = "https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.show.html"
    assert f'<a href="{address}">plt.show</a>()' in article()
    solution, check = article("site/tutorials/jax/two/index.html").split("The check of")
    assert 'numpy.sum.html">np.sum</a>(x)' in solution
    assert "np.sum([" in re.sub("<[^>]*>", "", check)
    assert "numpy.sum.html" not in check


def test_a_build_gives_pages_downloads_figures_and_the_archive(built):
    files = {path.name for path in Path("site/tutorials/jax/one").iterdir()}
    covers = {"cover.svg", "cover.png"}
    assert files == {"index.html", "one.ipynb", "one-solved.ipynb", "one.py", "record.json", "figure-7.svg", *covers}
    with zipfile.ZipFile("site/tutorials/all.zip") as archive:
        assert archive.namelist() == [
            f"jax/{name}{suffix}" for name in ("one", "two") for suffix in ("-solved.ipynb", ".ipynb", ".py")
        ]


def test_a_page_shows_stub_folded_solution_expected_error_figure_and_no_hidden_cell(built):
    page = article()
    before, solution = page.split("<summary>Solution</summary>")
    assert "NotImplementedError" in before
    assert "NotImplementedError" not in solution
    assert re.search(r"return.* x .*\+.*1", solution.partition("</details>")[0])
    assert '<div class="output error" data-search-exclude=""><p>This cell is meant to fail:</p>' in page
    assert "<pre>ZeroDivisionError: division by zero</pre>" in page
    assert re.search(r'<img alt="Figure 1"[^>]* src="figure-7.svg"', page)
    assert "<figcaption>Figure 1. a rising line</figcaption>" in page
    assert "not on the page" not in page
    assert "<summary>From earlier pages</summary>" in page
    assert "<math>" in page
    assert "$" not in page


def test_a_page_carries_nothing_of_nbconverts_styles_scripts_or_clipboard(built):
    page = article()
    for junk in ("<style", "<script", "clipboard-copy", "jp-", "highlight-ipynb", "\x1b", "site-packages"):
        assert junk not in page


def test_links_between_tutorials_and_to_docs_become_links_to_pages(built):
    page = article()
    assert 'href="../two/#a-heading"' in page
    assert 'href="../../../">home' in page
    assert "[code](no.py)" in page


def test_the_edit_link_leads_to_the_percent_file(built):
    page = Path("site/tutorials/jax/one/index.html").read_text()
    assert 'href="https://example.org/edit/main/tutorials/jax/one.py"' in page


def test_the_solved_notebook_has_outputs_and_the_other_has_stubs_and_none(built):
    solved = nbformat.read("site/tutorials/jax/one/one-solved.ipynb", as_version=4)
    work = nbformat.read("site/tutorials/jax/one/one.ipynb", as_version=4)
    assert any("one is 1" in output.get("text", "") for cell in solved.cells for output in cell.get("outputs", []))
    assert not any(cell.get("outputs") for cell in work.cells)
    assert [cell.metadata.get("exercise") for cell in work.cells].count("add-one") == 1
    assert "Exercise add-one" in "".join(cell.source for cell in work.cells)
    assert "Exercise add-one" not in "".join(cell.source for cell in solved.cells)
    assert "def one():" in "".join(cell.source for cell in work.cells)
    assert "two.ipynb#a-heading" in work.cells[2].source


def test_downloads_link_to_the_hosted_site_where_its_address_is_known(site, build):
    config = site.root / "mkdocs.yml"
    config.write_text("site_url: https://example.org/course/\n" + config.read_text())
    assert build()[0] == 0
    work = nbformat.read("site/tutorials/jax/one/one.ipynb", as_version=4)
    assert "(https://example.org/course/tutorials/jax/two/#a-heading)" in work.cells[2].source
    assert "(https://example.org/course/)" in work.cells[2].source


def test_the_record_says_when_how_long_and_on_what(built):
    record = json.loads(Path("site/tutorials/jax/one/record.json").read_text())
    assert set(record) == {"executed_at", "seconds", "device", "versions", "python", "key", "cells"}
    assert record["device"] == {"platform": "cpu", "kind": "cpu"}
    assert "matplotlib" in record["versions"]
    assert [cell["id"] for cell in record["cells"]] == [f"one-{i}" for i in range(2, 9)]


def test_two_forced_builds_differ_in_cells_that_vary_and_in_stamps_only(site, build):
    site.tutorial("jax/two", TWO + '\n# %% tags=["varies"]\nimport os\n\nprint("drawn:", os.urandom(8).hex())\n')

    def forced() -> dict[Path, bytes]:
        for path in site.settings.records.rglob("*.json"):
            path.unlink()
        assert build()[0] == 0
        return {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file()}

    first, second = forced(), forced()
    assert first.keys() == second.keys()
    differ = {path for path in first if first[path] != second[path]}
    varied = {Path("site/tutorials/jax/two") / name for name in ("index.html", "two-solved.ipynb")}
    stamped = {path for path in first if path.name in ("index.html", "record.json") and path.match("tutorials/jax/*/*")}
    assert varied <= differ <= varied | stamped | {Path("site/tutorials/all.zip")}
    for path in differ & (varied | stamped):
        plain = (content[path].replace(b'<span id="slowest"></span>\n', b"") for content in (first, second))
        lines = zip(*map(bytes.splitlines, plain), strict=True)
        may = rb'drawn: |<p class="stamp"|s to run</span>|^ *"(executed_at|seconds)":'
        assert [pair for pair in lines if pair[0] != pair[1] and not all(re.search(may, line) for line in pair)] == []


def test_a_build_that_meets_nothing_new_works_nothing_out_again(built, build, monkeypatch):
    before = {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file() and path.suffix != ".gz"}
    for place in ("tutorial.read_tutorial", "building.solved", "mounting.page", "downloads.downloads", "links._Page"):
        monkeypatch.setattr(f"publishing.{place}", pytest.fail)
    monkeypatch.setattr("mkdocs_jupyter.convert.nb2html", pytest.fail)
    code, said = build()
    assert code == 0, said
    assert {path: path.read_bytes() for path in before} == before


def _rewrite(path, old, new):
    content = Path(path).read_text()
    assert old in content
    Path(path).write_text(content.replace(old, new))


CHANGES = {
    "prose": lambda: _rewrite("tutorials/jax/two.py", "# Text.", "# Another text."),
    "code": lambda: _rewrite("tutorials/jax/two.py", "1 + 1", "1 + 2"),
    "a snippet": lambda: _rewrite("snippets/values.py", "return 1", "return 1 + 0"),
    "a term of the glossary": lambda: Path("docs/glossary.md").write_text(
        "# Glossary\n\n## Prose { #prose }\n\nText.\n"
    ),
    "an index of exercises": lambda: Path("docs/exercises.md").write_text(
        "# Exercises\n\n## add-one { #check-add-one }\n"
    ),
    "an address": lambda: _rewrite(
        "mkdocs.yml", "site_name: Tiny", "site_name: Tiny\nsite_url: https://example.org/t/"
    ),
    "a repository": lambda: _rewrite("mkdocs.yml", "timeout: 60", "timeout: 60, repository: a/b"),
    "an option of mkdocs-jupyter": lambda: _rewrite("mkdocs.yml", "mathjax_version: 2", "mathjax_version: 3"),
    "the template": lambda: _rewrite("page.html.j2", "Run it yourself", "Run this yourself"),
    "the lowest versions": lambda: Path("pyproject.toml").write_text(
        '[project]\nrequires-python = ">=3.12"\ndependencies = ["matplotlib>=3.8"]\n'
    ),
}


def test_after_each_change_a_build_gives_what_one_gives_that_remembers_nothing(site, build):
    Path("page.html.j2").write_text(TEMPLATE.read_text())
    _rewrite("mkdocs.yml", str(TEMPLATE), "page.html.j2")
    _rewrite("mkdocs.yml", "plugins:", "markdown_extensions: [attr_list]\nplugins:")

    def files() -> dict[Path, bytes]:
        code, said = build()
        assert code == 0, said
        return {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file() and path.suffix != ".gz"}

    before = files()
    for what, change in CHANGES.items():
        change()
        remembering = files()
        shutil.rmtree(site.settings.kept)
        assert remembering == files(), what
        assert remembering != before, what
        before = remembering


FAILURES = {
    "a failing cell": ("# %%\n1 / 0  # here\n", "two.py:5: ZeroDivisionError"),
    "a misuse": ('# %% exercise="x"\n1\n', "two.py:4: "),
    "a page that is not there": (
        TWO + "\n# %% [markdown]\n# [x](three.py)\n",
        "two.py:13: three.py leads nowhere: there is no tutorials/jax/three.py.",
    ),
    "an anchor that is not there": (TWO + "\n# %% [markdown]\n# [x](one.py#nowhere)\n", "two.py:13: ../one/#nowhere"),
    "an image that is not there": (TWO + '\n# %% [markdown]\n# <img src="no.png" alt="">\n', "two.py:13: no.png leads"),
    "a download that is not there": (TWO + "\n# %% [markdown]\n# [x](../one/no.ipynb)\n", "two.py:13: ../one/no"),
    "a docs page that is not there": (
        TWO + "\n# %% [markdown]\n# [x](../../docs/no.md)\n",
        "two.py:13: ../../docs/no.md leads nowhere: there is no docs/no.md.",
    ),
    "a figure without alt": ("# %%\nimport matplotlib.pyplot as p\n\np.plot([1])\n", "two.py:4: draws a figure"),
    "bad mathematics": (TWO + "\n# %% [markdown]\n# a $\\frac{x$ b\n", "two.py:13: this mathematics"),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_leaves_the_old_site_as_it_was_and_names_the_line(site, kind, build):
    if kind == "an anchor that is not there":
        site.tutorial("jax/one", "# %%\n1\n")
    else:
        site.tutorial("jax/one", "# %%\n2\n")
    Path("site").mkdir()
    Path("site/old.html").write_text("old")
    cells, message = FAILURES[kind]
    site.tutorial("jax/two", cells)
    code, said = build()
    assert code == 1
    assert message in said
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


def test_a_warning_of_mkdocs_leaves_the_old_site_as_it_was(site, build):
    Path("site").mkdir()
    Path("site/old.html").write_text("old")
    Path("docs/index.md").write_text("# Home\n\n[gone](gone.md)\n")
    assert build()[0] == 1
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


def test_a_tutorial_without_a_record_cannot_be_published(site, build, monkeypatch):
    Path("site").mkdir()
    Path("site/old.html").write_text("old")
    monkeypatch.setattr(building, "run", lambda jobs, *_, **__: jobs)
    code, said = build()
    assert code == 1
    for name in ("one", "two"):
        assert f"tutorials/jax/{name}.py:1: has no record of a run, and no page is published without one" in said
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


def test_the_report_says_what_this_build_ran_links_the_slowest_cells_and_weighs_the_pages(site, build):
    Path("docs/report.md").write_text('# Report\n\n<a href="report.json">JSON</a>\n\n<!-- build: report -->\n')
    config = site.root / "mkdocs.yml"
    config.write_text(config.read_text().replace("[index.md,", "[index.md, report.md,"))
    assert build()[0] == 0
    site.tutorial("jax/two", TWO.replace("1 + 1", "1 + 2"))
    code, said = build()
    assert code == 0, said
    report = json.loads(Path("site/report/report.json").read_text())
    assert {entry["tutorial"]: entry["state"] for entry in report["tutorials"]} == {"jax/one": "kept", "jax/two": "run"}
    shown = article("site/report/index.html")
    for entry in report["tutorials"]:
        page = Path("site/tutorials") / entry["tutorial"] / "index.html"
        assert entry["page_bytes"] == len(gzip.compress(page.read_bytes()))
        assert f"{entry['page_bytes'] / 1000:.1f} kB" in shown
        assert f'href="../tutorials/{entry["tutorial"]}/#slowest"' in shown
        record = json.loads(page.with_name("record.json").read_text())
        assert entry["slowest"]["seconds"] == max(cell["seconds"] for cell in record["cells"])
        assert entry["executed_at"] == record["executed_at"]


def test_what_is_no_result_of_a_run_with_other_versions_is_told_before_anything_is_built(site, build):
    folder = site.root / ".cache/versions"
    folder.mkdir(parents=True)
    (folder / "newest.json").write_text("{}")
    code, said = build()
    assert code == 1
    assert ".cache/versions/newest.json:1: is not what `tutorials list --json` writes" in said
    assert not list(site.settings.records.rglob("*.json"))


def test_a_tutorial_that_is_missing_from_the_navigation_fails_the_build(site, build):
    site.tutorial("jax/three", "# %%\n3\n")
    code, said = build()
    assert code == 1
    assert "tutorials/jax/three.py:1: is not in the nav" in said


def test_a_page_of_the_navigation_that_nobody_wrote_is_told_at_its_line_and_nowhere_else(built, build):
    (built.root / "tutorials/jax/two.py").rename(built.root / "tutorials/jax/three.py")
    config = built.root / "mkdocs.yml"
    config.write_text(config.read_text().replace("nav: [index.md,", "nav:\n  [index.md, no.md,"))
    before = Path("site/index.html").read_bytes()
    code, said = build()
    assert code == 1
    line = len(config.read_text().splitlines())
    assert [text for text in said.splitlines() if re.match(r"\S+:\d+: ", text)] == [
        f"mkdocs.yml:{line}: the nav names no.md, but there is no docs/no.md.",
        f"mkdocs.yml:{line}: the nav names tutorials/jax/two.ipynb, but there is no tutorials/jax/two.py.",
        "tutorials/jax/three.py:1: is not in the nav of mkdocs.yml; add `tutorials/jax/three.ipynb`.",
    ]
    assert Path("site/index.html").read_bytes() == before


def test_a_redirect_to_a_page_that_is_not_there_leaves_the_old_site_as_it_was(built, build):
    config = built.root / "mkdocs.yml"
    plain = config.read_text()
    config.write_text(plain.replace("timeout: 60", "timeout: 60, redirects: {old/: tutorials/jax/two/}"))
    assert build()[0] == 0
    assert 'url=../tutorials/jax/two/"' in Path("site/old/index.html").read_text()
    config.write_text(plain.replace("timeout: 60", "timeout: 60, redirects: {old/: tutorials/jax/none/}"))
    code, said = build()
    assert code == 1
    assert re.search(r"mkdocs.yml:\d+: \.\./tutorials/jax/none/ leads nowhere", said)
    assert 'url=../tutorials/jax/two/"' in Path("site/old/index.html").read_text()


def test_the_page_and_downloads_of_a_deleted_tutorial_disappear(built, build):
    site = built
    site.tutorial("jax/one", "# %%\n1\n")
    (site.root / "tutorials/jax/two.py").unlink()
    config = site.root / "mkdocs.yml"
    config.write_text(config.read_text().replace(", tutorials/jax/two.ipynb", ""))
    assert build()[0] == 0
    assert not Path("site/tutorials/jax/two").exists()


@pytest.mark.parametrize(
    ("option", "word"), [("timeout: 0", "timeout"), ("device: tpu", "device"), ("speed: 9", "speed")]
)
def test_a_wrong_option_is_told(site, option, word, build):
    config = site.root / "mkdocs.yml"
    config.write_text(config.read_text().replace("timeout: 60", option))
    code, said = build()
    assert code == 1
    assert option.partition(":")[0] in said


def test_saving_gives_one_rebuild_that_runs_what_it_must_and_an_error_is_survived(site):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = site.root / "log"
    command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
    with (
        log.open("w") as out,
        subprocess.Popen(command, stderr=subprocess.STDOUT, stdout=out) as server,
    ):

        def wait_for(text, since=0):
            deadline = time.monotonic() + 60
            while text not in log.read_text()[since:]:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            time.sleep(1.5)  # long enough for a second rebuild to be noticed
            return log.read_text()[since:]

        def after(change):
            since = len(log.read_text())
            change()
            return since

        try:
            wait_for("Serving on")
            said = wait_for("Reloading", after(lambda: site.tutorial("jax/two", TWO.replace("1 + 1", "1 + 2"))))
            assert said.count("Building documentation") == 1
            assert re.findall(r"ran (\S+)", said) == ["jax/two"]

            said = wait_for("Reloading", after(lambda: site.snippet("values", "def one():\n    return 11\n")))
            assert said.count("Building documentation") == 1
            assert re.findall(r"ran (\S+)", said) == ["jax/one"]

            said = wait_for("error happened", after(lambda: site.tutorial("jax/two", "# %%\n1 / 0\n")))
            assert "tutorials/jax/two.py:5: ZeroDivisionError" in said

            said = wait_for("Reloading", after(lambda: site.tutorial("jax/two", TWO)))
            assert said.count("Building documentation") == 1
        finally:
            server.send_signal(signal.SIGINT)
    assert server.returncode == 0
