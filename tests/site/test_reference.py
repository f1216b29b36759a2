"""The pages that the build completes: reference, exercises, glossary."""

import html
import re
from functools import cache

import pytest
from pages import ROOT, soup

from publishing.assemble.snippets import read_module
from publishing.read.cells import Tutorial
from publishing.read.percent import read_tutorials
from publishing.site.indexes import modules

pytestmark = pytest.mark.xdist_group("html")


@cache
def tutorials() -> list[Tutorial]:
    """The tutorials, as the build reads them."""
    return read_tutorials(ROOT / "tutorials")


def article(site, path: str) -> str:
    return str(soup(site / path).article)


def test_each_function_has_an_anchor_types_parameters_folded_source_and_the_tutorials_that_show_it(
    site,
):
    pages = [article(site, f"reference/{page}") for page in ("snippets", "porting")]
    entries = [entry for page in pages for entry in re.split(r'<h[23] [^>]*?id="', page)[1:]]
    names = [
        f"{module}.{name}"
        for module, path in modules(ROOT / "snippets")
        if path.parent.name in ("snippets", "porting")  # the verbs have pages of their own
        for name, piece in read_module(path, "snippets").pieces.items()
        if piece.block and not name.startswith("_")
    ]
    by_anchor = {entry.partition('"')[0]: entry for entry in entries}
    assert set(names) <= set(by_anchor)
    functions = [name for name in names if name.rpartition(".")[2].islower()]  # and no classes
    assert len(functions) >= 10
    used = 0
    for name in functions:
        entry = by_anchor[name]
        signature = html.unescape(
            re.sub(r"<[^>]+>|\s", "", re.search(r"<pre.*?</pre>", entry, re.DOTALL)[0])
        )
        assert re.fullmatch(rf"{name.rpartition('.')[2]}\(.*:.*\)->.+", signature)
        if (
            "_pieces." in name or ".pieces." in name
        ):  # whose module says once what they all take and return
            continue
        assert "Parameters:" in entry
        assert "Returns:" in entry or "Yields:" in entry or signature.endswith("->None")
        assert '<details class="mkdocstrings-source">' in entry
        assert "Not shown" not in entry
        used += bool(
            re.search(
                r'<p>(Shown in: <a href="[./]*/tutorials/.*</a>'
                r"|Used by the checks of exercises)\.</p>",
                entry,
            )
        )
    assert used > 10


def test_every_exercise_is_listed_in_the_order_of_the_navigation_and_its_links_lead_to_it(site):
    listed = re.findall(
        r'<tr>.*?href="([^"#]+)#exercise-([\w-]+)".*?</tr>', article(site, "exercises"), re.DOTALL
    )
    course = re.findall(
        r"tutorials/([\w/]+)\.ipynb$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE
    )
    ordered = sorted(tutorials(), key=lambda tutorial: course.index(tutorial.name))
    found = [
        (tutorial.name, cell.exercise)
        for tutorial in ordered
        for cell in tutorial.cells
        if cell.exercise
    ]
    assert listed == [(f"../tutorials/{name}/", exercise) for name, exercise in found]


def test_a_link_to_a_check_unfolds_it(light, address):
    exercise = next(
        cell.exercise for tutorial in tutorials() for cell in tutorial.cells if cell.exercise
    )
    page = next(
        tutorial.name
        for tutorial in tutorials()
        if any(cell.exercise == exercise for cell in tutorial.cells)
    )
    light.goto(f"{address}tutorials/{page}/#check-{exercise}")
    light.locator(f"#check-{exercise} pre").last.wait_for(state="visible", timeout=5000)
    assert light.locator("article details[open]").count() == 1
