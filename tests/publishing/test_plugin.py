"""A second, tiny course with names of its own, built through MkDocs."""

import fcntl
import html
import json
import logging
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import nbformat
import pytest
from mkdocs.__main__ import cli
from mkdocs.exceptions import Abort, PluginError

from publishing.run import schedule

CONFIG = """
site_name: Knots
site_url: ""
edit_uri: https://example.org/edit/main/docs/
strict: true
theme: { name: material, font: false, features: [content.action.edit] }
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - md_in_html
  - pymdownx.superfences
  - pymdownx.tabbed: { alternate_style: true }
  - toc: { permalink: true }
plugins:
  - search
  - tutorials:
      source: lessons
      snippets: pieces
      timeout: 60
      reference: code.md
      glossary: words.md
      report: runs.md
      labels: { numpy: NumPy }
      documentation:
        numpy: https://numpy.org/doc/stable/reference/generated/{}.html
        numpy.pi: ""
  - mkdocs-jupyter
nav:
  - index.md
  - Lessons:
      - lessons/first/one.ipynb
      - A title of the nav: lessons/first/two.ipynb
      - lessons/three.ipynb
  - More: [tasks.md, words.md, code.md, runs.md]
validation: { links: { anchors: warn } }
"""
ONE = r"""# %% [markdown]
# # Number one { #top-of-one }
#
# A knot with $x^T A x$ and $a<b$, a [page](two.py#a-heading), [home](../../docs/index.md),
# `[code](no.py)`, a picture ![dot](dot.svg).[^1]
#
# [^1]: A footnote.
#
# !!! note "A box"
#     Of **Material**.
#
# === "Left"
#     Tab one.
#
# === "Right"
#     Tab two.
#
# <div class="admonition tip">
# <p class="admonition-title">Another box</p>
#
# With `code` and [a link](../three.py).
#
# </div>

# %% tags=["recap"]
from pieces.values import one

# %%
import numpy as np

print("one is", one(), "& <less> than", np.add(1, 1))

# %% [markdown]
# Twice one is {{ 2 * one():.2f }}, and `{{ this` stays.

# %% exercise="add-one" kind="build" minutes="7"
def add_one(x):
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION

# %% check="add-one"
assert add_one(1) == 2, "add_one(1) should be 2"
print("`add_one` adds one.")

# %% raises="ZeroDivisionError"
1 / 0

# %% [markdown]
# What will it draw?

# %% alt="a rising line" tags=["plot"]
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()

# %% tags=["hidden"]
secret = "not on the page"
"""
TWO = "# %% [markdown]\n# # Number two\n#\n# ## A heading\n#\n# Text of a knot.\n\n# %%\n1 + 1\n"
THREE = '# %% [markdown]\n# # Number three\n#\n# What is it?\n\n# %% tags=["predict"]\n"a guess"\n'
FILES = {
    "mkdocs.yml": CONFIG,
    "docs/index.md": (
        "# Home\n\n<!-- terms: words.md -->\n\n[one](lessons/first/one.ipynb), of a knot, $y^2$.\n"
    ),
    "docs/tasks.md": "# Tasks\n\n<!-- build: exercises -->\n",
    "docs/words.md": (
        '# Words\n\n## Knot { #knot data-forms="knot, knots" }\n\n'
        "See [two](lessons/first/two.ipynb#a-heading).\n"
    ),
    "docs/code.md": '# Code\n\n<a id="pieces.values.one"></a>The number one.\n',
    "docs/runs.md": (
        "# Runs\n\n<!-- build: report -->\n\n## Versions\n\n<!-- build: versions -->\n"
    ),
    "pieces/values.py": "def one():\n    return 1\n",
    "lessons/first/one.py": ONE,
    "lessons/first/two.py": TWO,
    "lessons/first/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>',
    "lessons/three.py": THREE,
}


def write(files: dict[str, str]) -> None:
    """Write files below the current folder, each at one stroke, as editors do."""
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name("saving~").write_text(text, encoding="utf-8")
        path.with_name("saving~").replace(path)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[Path]:
    """The folder of the course after one build; for tests that only read."""
    folder = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        write(FILES)
        cli.main(["build"], standalone_mode=False)
    return folder


@pytest.fixture
def course(built, tmp_path, monkeypatch) -> Path:
    """A copy of the course with its records, as the current folder, and an old site."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    shutil.copytree(built, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("site"))
    write({"site/old.html": "old"})
    return tmp_path


@pytest.fixture
def build(course, capsys) -> Callable[[], tuple[int, str]]:
    """`mkdocs build`: its exit code and what it printed.

    (click's test runner would replace sys.stderr, which absl, once imported, then closes.)
    """

    def call() -> tuple[int, str]:
        logging.getLogger(
            "mkdocs"
        ).handlers.clear()  # MkDocs leaves one while an error is remembered
        logging.getLogger(
            "mkdocs.commands.build"
        ).filters.clear()  # which tells no message twice in a process
        try:
            cli.main(["build"], standalone_mode=False)
        except Abort:
            return 1, capsys.readouterr().err
        except (
            PluginError
        ) as error:  # raised while MkDocs tells of another; its command line prints it
            return 1, capsys.readouterr().err + str(error)
        return 0, capsys.readouterr().err

    return call


def article(page: Path) -> str:
    return re.search(r"<article.*</article>", (page / "index.html").read_text(), re.DOTALL)[0]


def test_a_build_gives_pages_downloads_figures_and_the_archive(built):
    files = {path.name for path in (built / "site/lessons/first/one").iterdir()}
    covers = {"cover.svg", "cover.png"}
    assert files == {
        "index.html",
        "one.ipynb",
        "one-solved.ipynb",
        "one.py",
        "record.json",
        "figure-1.svg",
        *covers,
    }
    with zipfile.ZipFile(built / "site/lessons/all.zip") as archive:
        assert archive.namelist() == [
            f"{name}{suffix}"
            for name in ("first/one", "first/two", "three")
            for suffix in ("-solved.ipynb", ".ipynb", ".py")
        ]


def test_a_page_shows_stub_folded_solution_expected_error_figure_and_no_hidden_cell(built):
    page = article(built / "site/lessons/first/one")
    before, solution = page.split("<summary>Solution</summary>")
    assert "NotImplementedError" in before
    assert "build, about 7 minutes, " in before
    assert "NotImplementedError" not in solution
    assert re.search(r"return.* x .*\+.*1", solution.partition("</details>")[0])
    assert "meant to fail:</p><pre>ZeroDivisionError: division by zero</pre>" in page
    assert "one is 1 &amp; &lt;less&gt; than 2" in page
    assert re.search(r'<img [^>]*src="figure-1.svg"', page)
    assert 'Figure 1. <span aria-hidden="true">a rising line</span></figcaption>' in page
    assert "<summary>Code of the figure</summary>" in page
    assert "not on the page" not in page
    assert "<summary>Code that this page uses</summary>" in page
    assert "Twice one is 2.00, and <code>{{ this</code> stays." in page
    assert "NumPy " in page.partition('class="stamp"')[2]
    for junk in (
        "<style",
        "<script",
        "clipboard-copy",
        "jp-",
        "highlight-ipynb",
        "\x1b",
        "site-packages",
        "&amp;lt;",
    ):
        assert junk not in page
    assert "<summary>Run it</summary>" in article(built / "site/lessons/three")


def test_the_extensions_of_mkdocs_yml_work_in_tutorials(built):
    page = article(built / "site/lessons/first/one")
    assert '<div class="admonition note">' in page
    assert "Of <strong>Material</strong>" in page
    assert page.count('<div class="tabbed-block">') == 2
    assert '<li id="fn:1">' in page
    assert '<h1 id="top-of-one">' in page
    assert re.search(
        r'<div class="admonition tip">.*With <code>code</code> and <a href="../../three/">',
        page,
        re.DOTALL,
    )


def test_mathematics_and_the_glossary_work_on_pages_of_both_kinds(built):
    one, home = article(built / "site/lessons/first/one"), article(built / "site")
    assert one.count("<math") == 2
    assert home.count("<math") == 1
    assert "$" not in one + home
    assert 'href="../../../words/#knot">knot</a>' in one
    assert 'href="words/#knot">knot</a>' in home
    assert "words/#knot" not in article(
        built / "site/lessons/first/two"
    )  # which its entry leads to
    assert "#knot" not in re.sub('id="knot"|href="#knot"', "", article(built / "site/words"))


def test_titles_contents_links_and_edit_links_are_mkdocs_own(built):
    html = (built / "site/lessons/first/one/index.html").read_text()
    assert "<title>Number one - Knots</title>" in html
    assert 'href="../two/#a-heading"' in html
    assert 'href="../../../">home' in html
    assert "[code](no.py)" in html
    assert 'href="https://example.org/edit/main/docs/../lessons/first/one.py"' in html
    assert '<meta name="description" content="A knot with' in html
    assert (
        '<a href="#a-heading" class="md-nav__link">'
        in (built / "site/lessons/first/two/index.html").read_text()
    )


def test_names_in_code_link_to_documentation_and_those_of_snippets_to_a_page_of_the_site(built):
    page = article(built / "site/lessons/first/one")
    link = '<a href="../../../code/#pieces.values.one">'
    assert f'<i class="k">def</i> {link}<i class="nf">one</i></a>():' in page
    assert 'numpy.add.html">np.add</a>(' in page


def test_the_solved_notebook_has_outputs_and_the_other_has_stubs_and_none(built):
    folder = built / "site/lessons/first/one"
    solved, student = (
        nbformat.read(folder / f"one{kind}.ipynb", as_version=4) for kind in ("-solved", "")
    )
    sources = ["".join(cell.source for cell in notebook.cells) for notebook in (solved, student)]
    assert any(
        "one is 1" in output.get("text", "")
        for cell in solved.cells
        for output in cell.get("outputs", [])
    )
    assert not any(cell.get("outputs") for cell in student.cells)
    assert ["Exercise add-one" in source for source in sources] == [False, True]
    for source in sources:
        assert "def one():" in source
        assert "two.ipynb#a-heading" in source
        assert "Twice one is 2.00" in source
        assert "not on the page" not in source


def test_the_record_and_the_report_say_when_how_long_and_on_what(built):
    record = json.loads((built / "site/lessons/first/one/record.json").read_text())
    assert set(record) == {"executed_at", "seconds", "device", "versions", "python", "key", "cells"}
    assert record["device"] == {"platform": "cpu", "kind": "cpu"}
    assert "matplotlib" in record["versions"]
    page = article(built / "site/runs")
    assert 'href="../lessons/first/one/#slowest"' in page
    assert page.count("<td>run</td>") == 3
    assert "There is no result with several versions yet." in page


@pytest.mark.slow
def test_two_forced_builds_differ_in_cells_that_vary_and_in_stamps_only(course, build):
    write(
        {
            "lessons/three.py": THREE
            + '\n# %% tags=["varies"]\nimport os\n\nprint("drawn:", os.urandom(8).hex())\n'
        }
    )

    def forced() -> dict[Path, bytes]:
        shutil.rmtree(".cache")
        code, output = build()
        assert code == 0, output
        return {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file()}

    first, second = forced(), forced()
    assert first.keys() == second.keys()
    differ = {path for path in first if first[path] != second[path]}
    varied = {Path("site/lessons/three") / name for name in ("index.html", "three-solved.ipynb")}
    stamped = {
        path
        for path in first
        if path.name in ("index.html", "record.json") and "lessons" in path.parts
    }
    report = {Path("site/runs/index.html")}
    whole = {
        Path("site/lessons/all.zip"),
        Path("site/sitemap.xml.gz"),
        *(path for path in first if path.is_relative_to("site/search")),
    }
    assert varied <= differ <= varied | stamped | report | whole
    for path in differ & (varied | stamped):
        # Which cell is the slowest may differ, and with it where its mark stands.
        plain = (
            re.sub(rb'<div id="?slowest"?></div>\s*', b"", content[path])
            for content in (first, second)
        )
        lines = zip(
            *([line for line in text.splitlines() if line.strip()] for text in plain), strict=True
        )
        may = rb'drawn: |<p class="stamp"|s to run</span>|^ *"(executed_at|seconds)":'
        assert [
            pair
            for pair in lines
            if pair[0] != pair[1] and not all(re.search(may, line) for line in pair)
        ] == []


def test_a_second_build_runs_nothing_and_gives_the_same_but_for_the_word_kept(
    course, build, monkeypatch
):
    monkeypatch.setattr(schedule, "_run", pytest.fail)
    code, output = build()
    assert code == 0, output
    assert "ran " not in output
    assert article(Path("site/runs")).count("<td>kept</td>") == 3


def test_what_a_deleted_tutorial_had_disappears(course, build):
    Path("lessons/three.py").unlink()
    write(
        {
            "mkdocs.yml": CONFIG.replace("      - lessons/three.ipynb\n", ""),
            "lessons/first/one.py": ONE.replace("../three.py", "two.py"),
        }
    )
    code, output = build()
    assert code == 0, output
    assert not Path("site/lessons/three").exists()


DAMAGED = """
# %% alt="a picture"
from IPython.display import display

display({"image/png": "AAAA"}, raw=True)
"""
# Mistakes of an author that are found before MkDocs touches the site.
EARLY = {
    "a failing cell": (
        {"lessons/three.py": THREE + "\n# %%\n1 / 0\n"},
        "three.py:10: ZeroDivisionError",
    ),
    "a misuse": ({"lessons/three.py": THREE + '\n# %% exercise="x"\n1\n'}, "three.py:9: "),
    "an expression that fails": (
        {"lessons/three.py": THREE + "\n# %% [markdown]\n# Now\n# {{ 1 / 0 }}.\n"},
        "three.py:11: an expression in `{{ }}` fails: ZeroDivisionError",
    ),
    "a figure without alt": (
        {"lessons/three.py": THREE + "\n# %%\nimport matplotlib.pyplot as p\n\np.plot([1])\n"},
        "three.py:9: draws a figure",
    ),
    "an output that is too heavy": (
        {
            "lessons/three.py": THREE
            + "\n# %%\nfrom IPython.display import display\n\n"
            + "for number in range(2000):\n    display('x' * 60)\n"
        },
        "characters on the page, and 100,000 is the limit; show less of it.",
    ),
    "a damaged picture": (
        {"lessons/three.py": THREE + DAMAGED},
        "three.py:9: its PNG is damaged; draw it again.",
    ),
    "a version run that is none": (
        {".cache/versions/newest.json": "{}"},
        ".cache/versions/newest.json:1: is not what `tutorials list --json` writes",
    ),
    "a wrong number": (
        {"mkdocs.yml": CONFIG.replace("timeout: 60", "timeout: 0")},
        "timeout and memory must be",
    ),
    "a wrong option": ({"mkdocs.yml": CONFIG.replace("timeout: 60", "speed: 9")}, "speed"),
    "addresses without folders": (
        {"mkdocs.yml": CONFIG + "use_directory_urls: false\n"},
        "use_directory_urls",
    ),
    "no renderer": (
        {"mkdocs.yml": CONFIG.replace("  - mkdocs-jupyter\n", "")},
        "add mkdocs-jupyter to the plugins",
    ),
}
AFTER_A_RUN = {
    "a damaged picture",
    "a failing cell",
    "a figure without alt",
    "an expression that fails",
    "an output that is too heavy",
}


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[pytest.mark.slow] * (kind in AFTER_A_RUN)) for kind in EARLY],
)
def test_an_authors_mistake_names_the_line_and_leaves_the_old_site_as_it_was(course, kind, build):
    files, message = EARLY[kind]
    write(files)
    code, output = build()
    assert code == 1
    assert message in output
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


def test_what_is_wrong_with_a_file_that_all_pages_need_is_told_once(course, build):
    Path("docs/words.md").write_bytes(b"# W\xff\n")
    code, output = build()
    assert code == 1
    assert output.count("docs/words.md:1: ") == 1


# What only the rendered site shows; all of them are told in one build.
LINKS = """
# %% [markdown]
# [a](none.py), [b](first/one.py#nowhere), [c](no/no.ipynb), [d](../docs/no.md)
#
# <img src="no.png" alt="">
"""


def test_links_that_lead_nowhere_are_told_at_their_lines(course, build):
    write({"lessons/three.py": THREE + LINKS})
    code, output = build()
    assert code == 1
    lines = [line for line in output.splitlines() if re.match(r"\S+:\d+: ", line)]
    assert len(lines) == 5
    assert [line.split(":")[1] for line in lines] == ["10"] * 4 + ["12"]
    assert lines[0] == "lessons/three.py:10: none.py leads nowhere."
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


@pytest.fixture
def zensical(course) -> Callable[[], str]:
    """Builds the course with Zensical, as it is; what `tutorials links` says of the site."""

    def call(program: str, *arguments: str) -> str:
        command = [Path(sys.executable).with_name(program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def build() -> str:
        call("tutorials", "write", "written")
        shutil.rmtree("written/site", ignore_errors=True)
        call(
            "zensical", "build", "-f", "written/mkdocs.yml"
        )  # which is strict, and ends with 1 behind a dead link
        return call("tutorials", "links", "written/site")

    return build


@pytest.mark.slow
def test_links_are_followed_where_zensical_built_the_site(course, zensical):
    assert zensical() == "No link of written/site leads nowhere.\n"
    write({"lessons/three.py": THREE + LINKS})
    lines = [line.partition(" leads nowhere")[0] for line in zensical().splitlines()]
    places = [line.rpartition(": ")[0] for line in lines]
    assert places[:4] == ["lessons/three.py:10"] * 4
    assert places[4] in ("lessons/three.py:10", "lessons/three.py:12")  # links are rewritten there
    words = ("none", "#nowhere", "no", "no", "no.png")
    assert all(word in line for word, line in zip(words, lines, strict=True))


def test_what_pages_cannot_show_is_told_of_all_at_once_at_its_lines(course, build):
    wrong = "\n# %% [markdown]\n# First\n# a $\\frac{x$ b\n"
    title = "\n# %% [markdown]\n# ## Two { #figure-1.svg }\n"
    write({"lessons/three.py": THREE + wrong + title, "lessons/first/two.py": TWO + wrong})
    code, output = build()
    assert code == 1
    assert "lessons/three.py:11: this mathematics cannot be read: " in output
    assert "lessons/first/two.py:13: this mathematics cannot be read: " in output
    assert "lessons/three.py:14: the page has `id=figure-1.svg` in `<h2>`" in output
    assert len(re.findall(r"\.py:\d+: this mathematics", output)) == 2
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


def test_a_value_that_a_page_cannot_show_is_there_as_text_and_the_log_has_a_note(course, build):
    unfit = "class Unfit(int):\n    def _repr_html_(self):\n        return '<form>'\n"
    write({"lessons/first/two.py": TWO.replace("1 + 1\n", f"{unfit}\n\nUnfit(41)\n")})
    code, output = build()
    assert code == 0, output
    note = "its output has `<form>`, which no page can have: the page shows its text."
    assert f"lessons/first/two.py:8: {note}" in output
    assert ">41<" in article(Path("site/lessons/first/two"))


def test_a_list_that_markdown_tears_is_told_at_its_line(course, build):
    text = "# What is it?\n#\n# Three:\n# - a\n# - b"
    write({"lessons/three.py": THREE.replace("# What is it?", text)})
    code, said = build()
    assert code == 1
    assert "lessons/three.py:7: notebooks and the page read this list differently: leave" in said
    assert Path("site/old.html").exists()


def test_files_to_take_home_are_offered_at_the_root_as_they_are(course, build):
    Path("pieces/tool.txt").write_bytes(b"one\r\ntwo\xff")
    write(
        {
            "mkdocs.yml": CONFIG.replace(
                "report: runs.md", "report: runs.md\n      files: [pieces/tool.txt]"
            )
        }
    )
    assert build()[0] == 0
    assert Path("site/tool.txt").read_bytes() == b"one\r\ntwo\xff"
    write(
        {
            "mkdocs.yml": CONFIG.replace(
                "report: runs.md", "report: runs.md\n      files: [pieces/toll.txt]"
            )
        }
    )
    code, said = build()
    assert code == 1
    assert "files names `pieces/toll.txt`, but there is no such file." in said


def test_a_tutorial_to_look_things_up_in_that_is_not_there_is_told(course, build):
    write(
        {"mkdocs.yml": CONFIG.replace("report: runs.md", "report: runs.md\n      look_up: [frist]")}
    )
    code, said = build()
    assert code == 1
    assert (
        "look_up names `frist`, but there is no such tutorial or folder of tutorials in lessons."
        in said
    )


@pytest.mark.parametrize(
    "link",
    ["[x](&#106;avascript:f())", "[x][y]\n\n[y]: &#x6A;avascript:f()", "*x*{: onclick=f() }"],
)
def test_what_only_the_finished_page_shows_is_told_at_its_line(course, build, link):
    prose = "# %% [markdown]\n# First\n" + "".join(f"# {line}\n" for line in link.split("\n"))
    write({"lessons/three.py": f"{THREE}\n{prose}"})
    code, output = build()
    assert code == 1
    assert f"lessons/three.py:{11 + link.count(chr(10))}: the page " in output
    assert "which no page can have" in output
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]
    write({"lessons/three.py": THREE, "docs/tasks.md": f"# Tasks\n\n{link}\n"})
    code, output = build()
    assert code == 1
    assert f"docs/tasks.md:{3 + link.count(chr(10))}: the page " in output


def test_every_page_has_a_policy_and_front_matter_is_text(course, build):
    title = "</title><script>f()</script>"
    write(
        {
            "docs/tasks.md": (
                f"---\ntitle: {title}\ndescription: '\"><script>f()</script>'\n---\n\n# Tasks\n"
            )
        }
    )
    assert build()[0] == 0
    pages = [path.read_text() for path in Path("site").rglob("*.html")]
    assert len(pages) > 6
    for page in pages:
        (scripts,) = re.findall(
            r'<meta http-equiv="Content-Security-Policy" content="[^"]*script-src ([^;"]*)', page
        )
        inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        assert scripts.count("sha256-") == len(set(inline)) > 0
        assert "f()" not in inline
        assert not re.search(r"data-[\da-f]{32}", page)


def test_a_page_that_asks_for_webassembly_may_run_it_and_no_other(course, build):
    for asked, given in (("true", ["tasks"]), ("'true'", []), ("false", [])):
        write({"docs/tasks.md": f"---\nwebassembly: {asked}\n---\n\n# Tasks\n"})
        assert build()[0] == 0
        pages = [path for path in Path("site").rglob("*.html") if "wasm-" in path.read_text()]
        assert [path.parent.name for path in pages] == given


def test_the_navigation_names_each_tutorial_and_no_page_that_is_not_there(course, build):
    write({"mkdocs.yml": CONFIG.replace("lessons/three.ipynb", "lessons/four.ipynb")})
    code, output = build()
    assert code == 1
    assert (
        "lessons/three.py:1: is not in the nav of mkdocs.yml; add `lessons/three.ipynb`." in output
    )
    write({"mkdocs.yml": CONFIG.replace("[tasks.md,", "[no.md,")})
    code, output = build()
    assert code == 1
    assert "'no.md' is included in the 'nav' configuration, which is not found" in output


def test_a_full_disk_is_told_in_a_sentence(course, build, monkeypatch):
    def full(*_) -> None:
        raise OSError(28, "No space left on device", "site/index.html")

    monkeypatch.setattr("mkdocs.utils.write_file", full)
    code, output = build()
    assert code == 1
    assert (
        "The site could not be written: [Errno 28] No space left on device: 'site/index.html'"
        in output
    )
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]


@pytest.mark.parametrize("name", ["site", "old"])
def test_a_site_that_cannot_be_replaced_is_told_in_a_sentence_and_the_old_one_stays(
    course, build, monkeypatch, name
):
    rename, failed = Path.rename, []

    def fails_once(self, target) -> None:
        if Path(target).name == name and not failed:
            failed.append(target)
            raise OSError(39, "Directory not empty", str(target))
        rename(self, target)

    write({"site/.git/HEAD": "ref"})
    monkeypatch.setattr(Path, "rename", fails_once)
    code, output = build()
    assert code == 1
    assert f"did another build replace {course}/site just now? Build again." in output
    assert sorted(path.name for path in Path("site").iterdir()) == [".git", "old.html"]
    assert not list(course.glob(".site-*"))


def test_a_new_site_takes_the_place_of_the_old_one_at_once_and_hidden_files_stay(course, build):
    write({"site/.git/HEAD": "ref"})
    assert build()[0] == 0
    assert Path("site/index.html").exists()
    assert not Path("site/old.html").exists()
    assert Path("site/.git/HEAD").read_text() == "ref"


def test_a_warning_of_mkdocs_leaves_the_old_site_as_it_was(course, build):
    write({"docs/tasks.md": "# Tasks\n\n[gone](gone.md)\n"})
    assert build()[0] == 1
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]
    assert not list(course.glob(".site-*"))


def test_a_build_that_is_killed_while_it_writes_leaves_the_old_site(course, build):
    slow = "plugins:\n  - search\n"  # so that it writes until it is killed
    write({"hook.py": "import time\n\ndef on_post_page(output, **_):\n    time.sleep(0.3)\n"})
    write({"mkdocs.yml": CONFIG.replace(slow, f"hooks: [hook.py]\n{slow}")})
    with subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "-q"]) as building:
        while not list(course.glob(".site-*/site/index.html")):
            assert building.poll() is None
            time.sleep(0.002)
        building.kill()
    write({"mkdocs.yml": CONFIG})
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]
    assert build()[0] == 0
    assert Path("site/index.html").exists()


@pytest.mark.slow
def test_of_builds_that_run_at_once_each_leaves_a_whole_site(course):
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    builds = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(one.communicate()[1], one.returncode) for one in builds]
    assert any(code == 0 for _, code in ended)
    assert all(code == 0 or "Build again." in output for output, code in ended)
    assert Path("site/lessons/first/one/index.html").exists()
    assert not list(course.glob(".site-*"))


def test_a_copy_of_a_course_runs_nothing_again_and_names_its_own_files(
    course, build, monkeypatch, tmp_path_factory
):
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(course, copy)
    shutil.rmtree(course / "lessons")
    monkeypatch.chdir(copy)
    monkeypatch.setattr(schedule, "_run", lambda *_: pytest.fail("something runs again"))
    assert build()[0] == 0
    write({"lessons/first/two.py": TWO.replace("A heading", "Another heading")})
    code, output = build()
    assert code == 1
    dead = r"^lessons/first/one\.py:4: \S+#a-heading leads nowhere"
    assert re.search(dead, output, re.MULTILINE), output
    assert str(course) not in output


def test_a_site_may_be_built_into_a_folder_that_is_not_there_yet(course):
    target = course / "not/there/yet"
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "--site-dir", target]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    assert (target / "index.html").exists()
    assert [path.name for path in target.parent.iterdir()] == ["yet"]


def test_what_a_killed_build_left_goes_at_the_next_one_and_what_another_builds_stays(course, build):
    dead, used = course / ".site-dead", course / ".site-used"
    for folder in (dead, used):
        (folder / "site").mkdir(parents=True)
        os.utime(folder, (time.time() - 60,) * 2)
    lock = os.open(used, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_SH)
    assert build()[0] == 0
    os.close(lock)
    assert [folder.exists() for folder in (dead, used)] == [False, True]
    assert build()[0] == 0
    assert not used.exists()


class Serving:
    """A running `mkdocs serve` and its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def after(self, files: dict[str, str], text: str = "Reloading") -> str:
        """What was printed after a write, up to a text and what comes within a second."""
        since = len(self.log.read_text())
        write(files)
        deadline = time.monotonic() + 60
        while text not in self.log.read_text()[since:]:
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        time.sleep(1)  # long enough for a second rebuild to be noticed
        return self.log.read_text()[since:]

    def get(self, page: str) -> str:
        """A page, also one of an error; one that does not come within two seconds is a failure."""
        try:
            return urlopen(f"http://127.0.0.1:{self.port}/{page}", timeout=2).read().decode()
        except HTTPError as error:
            return error.read().decode()


@contextmanager
def serving(*options: str) -> Iterator[Serving]:
    """`mkdocs serve` in the current folder, which must end in order."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}", *options]
    server = Serving(port, Path("log"))
    with (
        server.log.open("w") as out,
        subprocess.Popen(command, stderr=subprocess.STDOUT, stdout=out) as process,
    ):
        try:
            server.after({}, "Serving on")
            yield server
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0


def until(server: Serving, page: str, text: str) -> str:
    """A page, as soon as it has a text."""
    deadline = time.monotonic() + 60
    while text not in (answer := server.get(page)):
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)
    return answer


def texts_of(server: Serving, page: str) -> str:
    """The address of what the search shows of a page."""
    pages = json.loads(server.get("search/words.json"))["pages"]
    return f"search/texts/{[address for address, *_ in pages].index(page)}.json"


@pytest.mark.slow
def test_before_anything_has_run_pages_show_prose_and_code_and_follow_their_runs(course):
    shutil.rmtree(".cache")
    slow = ONE.replace("import numpy as np", "import time\nimport numpy as np\ntime.sleep(3)")
    write({"lessons/first/one.py": slow})
    with serving() as server:
        page = server.get("lessons/first/one/")
        assert 'data-pending="first/one"' in page
        assert "&amp; &lt;less&gt; than 2" not in page
        assert "sleep" in page
        assert "A knot with" in page
        assert server.get("").count("<article") == 1
        states = json.loads(server.get("pending.json"))
        assert states["first/one"].startswith(("It runs now", "It has not run yet"))
        page = until(server, "lessons/first/one/", "one is 1 &amp; &lt;less&gt; than 2")
        assert "data-pending" not in page
        assert "Twice one is 2.00" in page
        assert "<svg" in server.get("lessons/first/one/figure-1.svg")
        until(server, "lessons/three/", "a guess")
        deadline = time.monotonic() + 60
        while "3 tutorials" not in server.get("runs/"):
            assert time.monotonic() < deadline
        assert json.loads(server.get("pending.json")) == {}
        assert '"words"' in server.get("search/words.json")


def test_what_is_saved_is_shown_at_once_and_what_it_changes_elsewhere_follows(course):
    with serving() as server:
        output = server.after({"lessons/first/two.py": TWO.replace("Text of", "Words about")})
        assert "Building documentation" not in output
        assert "Words about" in server.get("lessons/first/two/")
        assert "Words about" in server.get("lessons/first/two/two.ipynb")
        searched = until(server, texts_of(server, "lessons/first/two/"), "Words about")
        assert "Text of" not in searched
        output = server.after({"docs/index.md": "# Home\n\nOther words.\n"})
        assert "Building documentation" not in output
        assert "Other words." in server.get("")
        titles = re.findall(
            r'<span class="md-ellipsis">\s*(.*?)\s*</span>', server.get("lessons/first/two/")
        )
        assert {"Home", "Tasks", "Number one", "A title of the nav", "Number three"} <= set(titles)


@pytest.mark.slow
def test_what_is_saved_runs_alone_and_its_page_says_so_until_then(course):
    with serving() as server:
        server.after({"lessons/first/two.py": TWO.replace("1 + 1", "1 + 2")})
        until(server, "lessons/first/two/", ">3<")
        server.after({"pieces/values.py": "def one():\n    return 1.0\n"})
        until(server, "lessons/first/one/", "one is 1.0")
        server.after({"lessons/first/two.py": TWO.replace("1 + 1", "1 / 0")})
        assert 'data-pending="first/two"' in server.get("lessons/first/two/")
        place = "lessons/first/two.py:9: ZeroDivisionError"
        assert place in until(server, "pending.json", "It failed")
        assert place in server.log.read_text()
        assert "one is 1.0" in server.get("lessons/first/one/")
        server.after({"lessons/first/two.py": TWO})
        until(server, "lessons/first/two/", ">2<")
        assert re.findall(r"Ran (\S+)", server.log.read_text()) == ["first/two", "first/one"]


@pytest.mark.slow
def test_a_save_ends_a_build_of_the_whole_site_and_is_shown_first(course):
    hook = "import time\n\n\ndef on_page_markdown(markdown, **_):\n    time.sleep(1)\n"
    config = Path("mkdocs.yml").read_text()
    write({"slow.py": hook, "mkdocs.yml": f"{config}\nhooks: [slow.py]\n"})
    with serving() as server:
        server.after({"docs/index.md": "# Home\n\nFirst words.\n"}, "Building documentation")
        log = server.after({"docs/index.md": "# Home\n\nLast words.\n"})
        assert "A newer save is shown first" in log
        assert "Documentation built" not in log
        assert "Last words." in server.get("")
        until(server, texts_of(server, ""), "Last words.")


def test_an_address_in_use_is_told_in_a_sentence_before_anything_is_built(course):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"127.0.0.1:{port} cannot be used (Address already in use)" in ended.stderr
    assert f"`-a 127.0.0.1:{port + 1}`" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Cleaning" not in ended.stderr


# What an author may break while the site is served, each with the place that pages then name. The
# first fails before MkDocs renders anything, the others after.
BROKEN_WHILE_SERVED = {
    "a marker line": (
        "lessons/first/two.py",
        TWO.replace("# %%\n", "# %% no=1\n"),
        "lessons/first/two.py:8: ",
    ),
    "mathematics": ("docs/tasks.md", "# Tasks\n\n$\\frac{1$\n", "docs/tasks.md:3: "),
    "a link": (
        "lessons/first/two.py",
        TWO.replace("Text", "[Text](no.py)"),
        "lessons/first/two.py:6: ",
    ),
    "a placeholder": (
        "docs/tasks.md",
        "# Tasks\n\n<!-- build: nonsense -->\n",
        "docs/tasks.md:3: ",
    ),
    "an option": (
        "mkdocs.yml",
        CONFIG.replace("timeout: 60", "timeout: 0"),
        "timeout and memory must be at least 1",
    ),
    "the YAML": ("mkdocs.yml", CONFIG.replace("nav:", "nav: ["), "mkdocs.yml"),
}


@pytest.mark.slow
def test_while_a_file_is_broken_each_page_is_answered_with_the_error_and_is_mended_with_the_file(
    course,
):
    with serving() as server:
        for name, text, place in BROKEN_WHILE_SERVED.values():
            output = server.after({name: text}, "stay as they were")
            assert place in output
            assert "Traceback" not in output
            for page in ("", "lessons/first/one/", "lessons/first/two/"):
                answer = server.get(page)
                assert html.escape(place) in answer
                assert 'role="alert"' in answer
                assert "</article>" in answer, "the old page"
            missing = server.get("no/")
            assert html.escape(place) in missing
            assert 'http-equiv="refresh"' in missing
            assert 'role="alert"' not in server.get("search/words.json")
            server.after({name: FILES[name].replace("Text of", f"{place[:3]} mended")})
            answer = server.get("lessons/first/two/")
            assert 'role="alert"' not in answer
            assert (f"{place[:3]} mended" in answer) == name.startswith("lessons/first/two")


def test_a_course_that_is_broken_when_serving_begins_ends_with_1_and_a_sentence(course):
    write({"lessons/first/two.py": TWO.replace("# %%\n", "# %% no=1\n")})
    command = [sys.executable, "-m", "mkdocs", "serve", "-a", "127.0.0.1:0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "lessons/first/two.py:8: " in ended.stderr
    assert "MkDocs" not in ended.stderr.partition("lessons/first")[0].replace("Building", "")


@pytest.mark.slow
def test_the_log_of_a_first_build_begins_with_the_course_and_ends_with_the_place_of_the_site(
    course, monkeypatch
):
    monkeypatch.delenv("NO_MKDOCS_2_WARNING")
    shutil.rmtree(".cache")
    extra = "extra: { theme_news: !!python/name:publishing.notices.theme_news }\n"
    write({"mkdocs.yml": CONFIG + extra})
    ended = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    first, *_, last = ended.stderr.strip().splitlines()
    assert first.startswith("3 of 3 tutorials to run: ")
    assert re.findall(r"^(\d of 3)", ended.stderr, re.MULTILINE)[1:] == [
        "1 of 3",
        "2 of 3",
        "3 of 3",
    ]
    assert last.endswith(
        "The site is in site; `python3 -m http.server -d site` shows it on http://localhost:8000"
    )
    assert "Converting notebook" not in ended.stderr
    assert not re.search(r"Material for MkDocs|\x1b", ended.stderr)


def test_a_web_server_of_another_user_can_read_the_site_whatever_the_umask(course, build):
    before = os.umask(0o077)
    try:
        assert build()[0] == 0
    finally:
        os.umask(before)
    modes = {path.is_dir(): set() for path in (Path("site"), Path("site/index.html"))}
    for path in (Path("site"), *Path("site").rglob("*")):
        modes[path.is_dir()].add(stat.S_IMODE(path.stat().st_mode))
    assert modes == {True: {0o755}, False: {0o644}}
