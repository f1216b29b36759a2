"""What a build holds in memory, and what it leaves to files."""

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from publishing.build import build
from publishing.options import read_options
from publishing.run.record import Store

CELLS = """
# %% alt="so many points"
import matplotlib.pyplot as plt

plt.plot(range({points}))
plt.show()

# %%
print("a text")
"""


@pytest.fixture
def built(project):
    """A course of two tutorials with a figure each, and what a second build gave."""
    for name, points in (("few", 3), ("many", 3000)):
        project.tutorial(f"part/{name}", CELLS.format(points=points))
    routes = read_options(Path("mkdocs.yml"))
    build(routes, project.root / "made")
    ages = {
        path: path.stat().st_mtime_ns
        for path in (project.root / "made").rglob("*")
        if path.is_file()
    }
    return build(routes, project.root / "made"), ages


@pytest.mark.slow
def test_pages_figures_downloads_and_the_archive_are_files(built):
    files = built[0].files
    assert {
        "tutorials/all.zip",
        *(f"tutorials/part/{n}/figure-1.svg" for n in ("few", "many")),
    } <= files.keys()
    assert all(path.stat().st_size for path in files.values())
    assert "tutorials/part/few.ipynb" in built[0].pages
    assert "tutorials/part/none.ipynb" not in built[0].pages
    assert "so many points" in built[0].pages["tutorials/part/few.ipynb"]


@pytest.mark.slow
def test_data_lie_beside_a_page_when_it_runs_and_on_the_site(project):
    code = 'import os\nos.listdir(), open("far/a.txt").read()'
    page = project.tutorial("part/page", f"# %%\n{code}\n")
    (page.parent / "far").mkdir()
    (page.parent / "far/a.txt").write_text("42")
    built = build(read_options(Path("mkdocs.yml")), project.root / "made")
    run = built.lessons[0].record.run
    assert [output.data["text/plain"] for output in run.outputs[0]] == ["(['far'], '42')"]
    assert len(run.seconds) == 1
    assert built.files["tutorials/part/far/a.txt"].read_text() == "42"
    markdown = built.pages["tutorials/part/page.ipynb"]
    assert '<a href="../far/a.txt" download>far/a.txt</a> (2 Bytes): put it into' in markdown


@pytest.mark.slow
def test_files_that_did_not_change_stay_as_old_as_they_are(built):
    lessons, ages = built
    changed = {path.name for path, age in ages.items() if path.stat().st_mtime_ns != age}
    assert changed <= {"all.zip"}
    assert set(lessons.files.values()) <= ages.keys()


@pytest.mark.slow
def test_a_record_of_another_device_that_comes_later_is_shown(project):
    project.tutorial("part/one", '# %% tags=["varies"]\nprint("a" + "b")\n')
    routes, page = read_options(Path("mkdocs.yml")), "tutorials/part/one.ipynb"
    here = build(routes, project.root / "made").lessons[0].record
    (path,) = routes.settings.records.glob("*/*.json")
    content = path.read_bytes()
    path.unlink()
    outputs = [[nbformat.v4.new_output("stream", text="elsewhere\n")]]
    run = replace(here.run, outputs=outputs, device={"platform": "gpu", "kind": "FakeChip 9"})
    Store(routes.settings.records).keep(replace(here, run=run))
    alone = build(routes, project.root / "made").pages[page]
    assert ("elsewhere" in alone, ">ab" in alone) == (True, False)
    path.write_bytes(content)
    both = build(routes, project.root / "made").pages[page]
    assert ("elsewhere" in both, ">ab" in both) == (True, True)
