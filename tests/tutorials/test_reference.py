"""What the pages to look things up in promise: all names, enough messages."""

import ast
import importlib.util
import itertools
import re

import pytest
from answers import ROUTES, lesson, lessons
from frequency import PAGE, counts, files_of, updated
from markdown.extensions.toc import slugify
from taught import taught

from publishing.read.diagnostic import join
from publishing.site.code import Names

NAMES = pytest.mark.xdist_group("look_up/names")
ERRORS = pytest.mark.xdist_group("look_up/errors")
SHEET = pytest.mark.xdist_group("look_up/cheat_sheet")


def entries(name: str) -> dict[str, tuple[str, list]]:
    """By the heading of third level: the prose below it, and the cells up to the next heading."""
    found: dict[str, tuple[str, list]] = {}
    heading = None
    for cell in lesson(name).solved.cells:
        if not cell.code:
            *_, last = re.split(r"^(?=#)", join(cell.lines), flags=re.MULTILINE)
            title, _, prose = last.partition("\n")
            if title.startswith("#"):
                heading = title.removeprefix("### ") if title.startswith("### ") else None
                if heading:
                    found[heading] = (prose.strip(), [])
        elif heading:
            found[heading][1].append(cell)
    return found


@NAMES
def test_every_name_of_the_list_has_an_entry():
    assert {heading.strip("`") for heading in entries("look_up/names")} == set(counts())
    assert len(counts()) == 99


@NAMES
def test_each_entry_explains_the_name_and_its_cell_uses_it():
    for heading, (prose, cells) in entries("look_up/names").items():
        name = heading.strip("`")
        assert re.match(r"\d+ files?, \d+ repositor", prose), (
            f"{name}: frequency.py would not know the entry"
        )
        _, _, explained = prose.partition("\n\n")
        assert len(explained.split()) >= 4, name
        used = {
            ast.unparse(node)
            for node in ast.walk(ast.parse(join(cells[0].lines)))
            if isinstance(node, ast.Attribute)
        }
        assert name in used, f"the cell of {name} does not use it"


@NAMES
def test_each_keyword_that_a_file_uses_is_in_the_running_code_of_some_page():
    assert files_of("keywords").keys() <= taught().keywords


@NAMES
def test_the_page_says_what_the_corpus_says():
    assert updated(PAGE.read_text()) == PAGE.read_text(), (
        "run `uv run python tests/tutorials/frequency.py`"
    )


@NAMES
def test_a_page_that_is_said_to_teach_a_name_has_it():
    for heading, (prose, _) in entries("look_up/names").items():
        name = heading.strip("`").rpartition(".")[2]
        for page in re.findall(r"\.\./(\w+/\w+)\.py", prose):
            shown = "\n".join(
                join(cell.lines)
                for cell in lessons()[page].solved.cells
                if "hidden" not in cell.tags
            )
            assert re.search(rf"\b{name}\b", shown), f"{page} does not have {heading}"


@NAMES
def test_in_each_group_the_most_used_name_comes_first():
    files = [counts()[heading.strip("`")][0] for heading in entries("look_up/names")]
    falls = sum(after > before for before, after in itertools.pairwise(files))
    prose = "\n".join(
        join(cell.lines) for cell in lesson("look_up/names").solved.cells if not cell.code
    )
    assert falls < len(re.findall(r"^## ", prose, re.MULTILINE))


TEXTUAL = "Messages that cannot be produced here"


def section_of_errors(title: str) -> str:
    """The prose of a section of the page of errors, with its entries."""
    prose = "\n\n".join(
        join(cell.lines) for cell in lesson("look_up/errors").solved.cells if not cell.code
    )
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", prose, re.MULTILINE | re.DOTALL)[
        1
    ]


@ERRORS
def test_each_message_is_produced_explained_and_repaired_and_the_cell_that_fails_gives_it():
    shown = dict(
        zip(
            lesson("look_up/errors").solved.code,
            lesson("look_up/errors").record.run.outputs,
            strict=True,
        )
    )
    found = {heading: cells for heading, (_, cells) in entries("look_up/errors").items() if cells}
    assert len(found) >= 70
    for heading, cells in found.items():
        fails, repaired = (cell for cell in cells if "hidden" not in cell.tags)
        assert fails.raises, heading
        assert not repaired.raises, heading
        (message,) = (output.evalue for output in shown[fails] if output.output_type == "error")
        words = re.findall(r"\w+", heading.replace("&lt;", "<"))
        assert sum(word in message for word in words) >= 0.7 * len(words), (heading, message)


@ERRORS
def test_a_message_that_no_cell_can_produce_is_a_text_of_cause_and_repair_in_its_section():
    texts = re.split(r"^### ", section_of_errors(TEXTUAL), flags=re.MULTILINE)[1:]
    titles = {text.partition("\n")[0] for text in texts}
    prose = "\n".join(
        join(cell.lines) for cell in lesson("look_up/errors").solved.cells if not cell.code
    )
    produced = {heading for heading, (_, cells) in entries("look_up/errors").items() if cells}
    assert set(re.findall(r"^### (.+)$", prose, re.MULTILINE)) == produced | titles
    assert len(titles) >= 4
    for text in texts:
        title, _, explained = text.partition("\n")
        assert re.fullmatch("`.+`", title)
        assert len(explained.split()) >= 30, title


@ERRORS
def test_an_older_wording_leads_to_the_entry_of_what_is_said_today():
    anchors = {slugify(heading, "-") for heading in entries("look_up/errors")}
    older = re.findall(
        r"^- `(.+)`:\n  \[.+\]\(#(.+)\)$", section_of_errors("Older wordings"), re.MULTILINE
    )
    assert len(older) >= 15
    assert {anchor for _, anchor in older} <= anchors
    produced = {heading.strip("`") for heading in entries("look_up/errors")}
    assert [wording for wording, _ in older if wording in produced] == []


# What readers of old code search for: each in text that the search reads, not only in an output.
SEARCHED = [
    "No module named 'jax._src.device_array'",
    "got an unexpected keyword argument 'named_shape'",
    "'Config' object has no attribute 'jax_experimental_name_stack'",
    "module 'jax.core' has no attribute 'CallPrimitive'",
    "no attribute 'PmapFunction'",
    "module 'jax.core' has no attribute 'DropVar'",
    "jax.core.DropVar was deprecated",
    "module 'jax.interpreters.xla' has no attribute 'pytype_aval_mappings'",
    "RESOURCE_EXHAUSTED: Out of memory",
    "XLA_PYTHON_CLIENT_PREALLOCATE=false",
    "Reverse-mode differentiation does not work for lax.while_loop or lax.fori_loop",
    "'numpy.ndarray' object has no attribute 'at'",
    "Apply must be called with an RNG as the second argument",
    "hk.vmap.require_split_rng = False",
    "DeviceArray",
    "No GPU/TPU found, falling back to CPU",
    "was called on the JAX Tracer object",
    "distrax",
    "No module named 'haiku'",
    "pip install dm-haiku",
    "No module named 'jax.lib.xla_bridge'",
    "cannot import name 'xla_bridge' from 'jax.lib'",
    "No module named 'jax.experimental.host_callback'",
    "add does not accept dtypes key<fry>, int32",
    "JAX array with PRNGKey dtype cannot be converted to a NumPy array",
    "cannot reshape array of shape",
    "float32[16@data]",
    "float32[]{V:data}",
]


@ERRORS
@pytest.mark.parametrize("words", SEARCHED)
def test_the_text_of_the_page_of_errors_has_what_readers_of_old_code_search_for(words):
    prose = "\n".join(
        join(cell.lines) for cell in lesson("look_up/errors").solved.cells if not cell.code
    )
    assert words in " ".join(prose.split())


@SHEET
def test_every_cell_of_the_cheat_sheet_that_says_a_value_is_checked_by_a_hidden_cell():
    cells = lessons()["look_up/cheat_sheet"].solved.code
    saying = 0
    for cell, after in itertools.pairwise(cells):
        if "hidden" not in cell.tags and re.search(r"\S  # ", join(cell.lines)):
            assert "hidden" in after.tags, join(cell.lines)
            assert "check_comments()" in join(after.lines), join(cell.lines)
            saying += 1
    assert saying >= 15


@pytest.mark.parametrize("name", lessons())
def test_a_name_in_code_links_to_documentation_only_if_there_is_such_a_name(name):
    variant = lessons()[name].solved
    names = Names(variant, ROUTES.site.documentation, ROUTES.settings.snippets, "snippets")
    for cell in variant.code:
        for link in names.links(cell.lines):
            if not link.name.startswith("snippets."):
                package, _, attribute = link.name.partition(".")
                found = importlib.import_module(package)
                for part in attribute.split("."):
                    module = f"{getattr(found, '__name__', '')}.{part}"
                    if not hasattr(found, part) and importlib.util.find_spec(module):
                        importlib.import_module(module)  # which its package does not import
                    assert hasattr(found, part), (
                        f'{link.name}: {link.url}; mkdocs.yml needs `{link.name}: ""`'
                    )
                    found = getattr(found, part)
