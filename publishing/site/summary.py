"""What a site says of a tutorial in a line: its subject, how long it takes, with what it ran."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publishing.read.cells import Cell
from publishing.read.diagnostic import join
from publishing.read.prose import headings, replace_choices, with_values, without_fences
from publishing.run.lesson import Lesson
from publishing.settings import Site
from publishing.site.definitions import parted

_LONGEST_DESCRIPTION = 160
# Silent reading of prose in English: Brysbaert, How many words do we read per minute?, 2019, gives
# 238 for non-fiction; formulas and code read slower. A line of code is taken as eight words.
_WORDS_PER_MINUTE = 200
_WORDS_PER_LINE = 8
_NOT_PROSE = re.compile(r"<[^>]*>|^#+ .*?$|\$\$.*?\$\$", re.MULTILINE | re.DOTALL)
_FOLD = re.compile(r"<details>.*?</details>", re.DOTALL)
_SECTION = re.compile(r"^(#+ [^\n]*\n|)(.*?)(?=^#+ |\Z)", re.MULTILINE | re.DOTALL)
_SECTION_HEADING = re.compile(r"^##+ ", re.MULTILINE)
_IN_LIST = 3  # how deep the text of a paragraph lies in a list: list, item, paragraph
_COMMONMARK = MarkdownIt("commonmark")


def is_looked_up(lesson: Lesson, site: Site) -> bool:
    """Whether readers come for one of its entries, and not to learn from beginning to end."""
    has_exercises = any(cell.exercise for cell in lesson.solved.code)
    return not site.is_course(lesson.name) and not has_exercises


def labelled(versions: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    """The versions that the site names, as in `NumPy 2.1`."""
    return [f"{label} {versions[name]}" for name, label in labels.items() if name in versions]


def last_heading(cells: Sequence[Cell]) -> str:
    """The last heading in cells; empty if they have none."""
    for cell in reversed(cells):
        if not cell.code and (found := headings(join(cell.lines))):
            return found[-1]
    return ""


def _opening(lesson: Lesson) -> list[Token]:
    """The paragraphs of a page before its first section, those of lists too."""
    opening = []
    for cell in (cell for cell in lesson.solved.cells if not cell.code):
        opening.append(join(cell.lines))
        if _SECTION_HEADING.search(opening[-1]):
            break
    prose = _SECTION_HEADING.split("\n\n".join(opening))[0]
    prose = with_values(prose, iter(lesson.record.run.values))
    blocks = _COMMONMARK.parse(_NOT_PROSE.sub("", without_fences(prose)))
    return [block for block in blocks if block.type == "inline"]


def aim(lesson: Lesson) -> list[str]:
    """The first aim of a page, else what search engines show: text and code by turns."""
    aims = [block for block in _opening(lesson) if block.level >= _IN_LIST]
    text = _text_of(aims[0], code="`").rstrip(";.") + "." if aims else description(lesson)
    parts = (text[:1].upper() + text[1:]).split("`")
    return [part if place % 2 else part.replace("'", "\u2019") for place, part in enumerate(parts)]


def description(lesson: Lesson) -> str:
    """What search engines show: the first list before the first section, and what leads to it.

    Without a list it is the first sentence.
    """
    texts = [(_text_of(block), block.level >= _IN_LIST) for block in _opening(lesson)]
    first = next((index for index, (_, listed) in enumerate(texts) if listed), 0)
    if not first:
        return re.split(r"(?<=[.?!]) ", texts[0][0])[0] if texts else ""
    aim, *others = [text.rstrip(";.") for text, listed in texts if listed]
    summary = f"{texts[first - 1][0]} {aim}"
    for aim in others:
        if len(summary) + len(aim) + 3 > _LONGEST_DESCRIPTION:
            break
        summary += f"; {aim}"
    return f"{summary}."


def _text_of(block: Token, code: str = "") -> str:
    """The text of a paragraph as a reader sees it, on one line, with a mark around code."""
    marks = {"code_inline": code}
    parts = (
        " " if "break" in part.type else part.content.join([marks.get(part.type, "")] * 2)
        for part in block.children
    )
    return " ".join("".join(parts).split())


def minutes_to_learn(lesson: Lesson) -> int:
    """How long a page takes a reader who does its exercises."""
    working = sum(int(cell.minutes or 0) for cell in lesson.solved.code)
    return minutes_to_read(lesson.solved.cells) + working


def minutes_to_read(cells: Iterable[Cell]) -> int:
    """How long a page takes a reader who does no exercise."""
    words, lines = reading(cells)
    return math.ceil((words + _WORDS_PER_LINE * lines) / _WORDS_PER_MINUTE)


def reading(cells: Iterable[Cell]) -> tuple[int, int]:
    """The words of prose and the lines of code outside exercises, folds and formulas."""
    words = lines = 0
    in_exercise = False  # from its heading to its check
    begins = re.compile(r"[# ]*Exercise")
    for cell in cells:
        if cell.check:
            in_exercise = False
        elif not cell.code:
            prose = _FOLD.sub("", without_fences(replace_choices(lambda *_: "", join(cell.lines))))
            for heading, text in _SECTION.findall(prose):
                in_exercise = in_exercise or bool(begins.match(heading))
                words += 0 if in_exercise else len(_NOT_PROSE.sub("", text).split())
        elif not in_exercise and not {"hidden", "recap", "plot"}.intersection(cell.tags):
            pasted, own = parted(cell)
            lines += sum(bool(line.text.strip()) for line in own or pasted)
    return words, lines
