"""What the pages to look things up in promise: all names, enough messages."""

import ast
import itertools
import re

import pytest
from answers import lesson, lessons
from frequency import PAGE, counts, files_of, updated
from taught import taught

from publishing.read.problem import join

NAMES = pytest.mark.xdist_group("porting/names")
ERRORS = pytest.mark.xdist_group("porting/errors")
SHEET = pytest.mark.xdist_group("further/cheat_sheet")


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
    assert {heading.strip("`") for heading in entries("porting/names")} == set(counts())
    assert len(counts()) == 99


@NAMES
def test_each_entry_explains_the_name_and_its_cell_uses_it():
    for heading, (prose, cells) in entries("porting/names").items():
        name = heading.strip("`")
        assert re.match(r"\d+ files?, \d+ repositor", prose), f"{name}: frequency.py would not know the entry"
        _, _, explained = prose.partition("\n\n")
        assert len(explained.split()) >= 4, name
        used = {
            ast.unparse(node) for node in ast.walk(ast.parse(join(cells[0].lines))) if isinstance(node, ast.Attribute)
        }
        assert name in used, f"the cell of {name} does not use it"


@NAMES
def test_each_keyword_that_a_file_uses_is_in_the_running_code_of_some_page():
    assert files_of("keywords").keys() <= taught().keywords


@NAMES
def test_the_page_says_what_the_corpus_says():
    assert updated(PAGE.read_text()) == PAGE.read_text(), "run `uv run python tests/tutorials/frequency.py`"


@NAMES
def test_a_page_that_is_said_to_teach_a_name_has_it():
    for heading, (prose, _) in entries("porting/names").items():
        name = heading.strip("`").rpartition(".")[2]
        for page in re.findall(r"\.\./(\w+/\w+)\.py", prose):
            shown = "\n".join(join(cell.lines) for cell in lessons()[page].solved.cells if "hidden" not in cell.tags)
            assert re.search(rf"\b{name}\b", shown), f"{page} does not have {heading}"


@NAMES
def test_in_each_group_the_most_used_name_comes_first():
    files = [counts()[heading.strip("`")][0] for heading in entries("porting/names")]
    falls = sum(after > before for before, after in itertools.pairwise(files))
    prose = "\n".join(join(cell.lines) for cell in lesson("porting/names").solved.cells if not cell.code)
    assert falls < len(re.findall(r"^## ", prose, re.MULTILINE))


@ERRORS
def test_each_message_is_produced_explained_and_repaired_and_the_cell_that_fails_gives_it():
    shown = dict(zip(lesson("porting/errors").solved.code, lesson("porting/errors").record.run.outputs, strict=True))
    found = entries("porting/errors")
    assert len(found) >= 30
    for heading, (_, cells) in found.items():
        fails, repaired = cells
        assert fails.raises, heading
        assert not repaired.raises, heading
        (message,) = (output.evalue for output in shown[fails] if output.output_type == "error")
        words = re.findall(r"\w+", heading.replace("&lt;", "<"))
        assert sum(word in message for word in words) >= 0.7 * len(words), (heading, message)


@SHEET
def test_every_cell_of_the_cheat_sheet_that_says_a_value_is_checked_by_a_hidden_cell():
    cells = lessons()["further/cheat_sheet"].solved.code
    saying = 0
    for cell, after in itertools.pairwise(cells):
        if "hidden" not in cell.tags and re.search(r"\S  # ", join(cell.lines)):
            assert "hidden" in after.tags, join(cell.lines)
            assert "check_comments()" in join(after.lines), join(cell.lines)
            saying += 1
    assert saying >= 15
