"""What a build holds in memory, and what it leaves to files."""

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from publishing.build import build
from publishing.load import load
from publishing.plugin import read_options
from publishing.read.diagnostic import SourceError
from publishing.run.record import Store
from publishing.run.schedule import run

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
    """A course of two tutorials with a figure each, and what a second build into the same folder gave."""
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


def held(lesson) -> int:
    """The bytes of what stays in memory of a lesson, but for where its cache lies and which files it depends on."""
    return len(pickle.dumps(replace(lesson, variants=None, cache=None)))


def test_what_is_held_of_a_tutorial_does_not_grow_with_its_text_its_code_or_its_figures(project):
    more = "".join(
        f"\n# %% [markdown]\n# {'words ' * 500}\n\n# %%\n{'number = 1  # ' * 100}\n"
        for _ in range(30)
    )
    for name, points, rest in (("few", 3, ""), ("many", 3000, more)):
        project.tutorial(f"part/{name}", CELLS.format(points=points) + rest)
    routes = read_options(Path("mkdocs.yml"))
    loaded = load(routes.settings)
    for lessons in (
        loaded,
        run(loaded, routes.settings),
        build(routes, project.root / "made").lessons,
    ):
        few, many = sorted(lessons, key=held)
        assert (few.name, many.name) == ("part/few", "part/many")
        assert held(many) - held(few) < 100 * len(many.key.code)  # a digest of each cell
    assert len(many.solved.cells) == len(few.solved.cells) + 60
    assert (few.record.run.outputs[1][0]["text"], few.beside) == ("a text\n", None)


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("change", ["tutorial", "snippet"])
def test_what_changed_after_it_was_loaded_is_refused_and_not_taken_for_what_it_was(
    project, change, kept
):
    project.snippet("values", "def one():\n    return 1\n")
    project.tutorial("part/one", "# %%\nfrom snippets.values import one\n\none()\n")
    (lesson,) = load(project.settings)
    before = lesson.solved
    if not kept:
        shutil.rmtree(project.settings.cache)
    if change == "tutorial":
        project.tutorial("part/one", "# %%\n2\n")
    else:
        project.snippet("values", "def one():\n    return 2\n")
    with pytest.raises(
        SourceError,
        match=r"tutorials/part/one\.py:1: it, .+ changed while it was read; build again",
    ):
        lesson.known(len)
    (again,) = load(project.settings)
    assert again.solved != before


def test_a_record_that_is_gone_or_damaged_after_it_was_found_is_told_in_a_sentence(project):
    project.tutorial("part/one", "# %%\n1 + 1\n")
    (lesson,) = run(load(project.settings), project.settings)
    (path,) = lesson.records
    assert lesson.record.run.outputs[0][0]["data"]["text/plain"] == "2"
    for damage in (lambda: path.write_bytes(b"{}"), path.unlink):
        damage()
        with pytest.raises(SourceError, match="its record changed while it was read; build again"):
            lesson.whole()


def test_files_that_did_not_change_stay_as_old_as_they_are(built):
    lessons, ages = built
    changed = {path.name for path, age in ages.items() if path.stat().st_mtime_ns != age}
    assert changed <= {"all.zip", "report.json"}
    assert len(ages) > len(lessons.files)


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
