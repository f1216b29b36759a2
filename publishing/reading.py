"""What a page says of itself before it is read: a description in a sentence or two, and how long reading takes."""

from __future__ import annotations

import math
import re

from publishing.source import text
from publishing.variants import Variant

# Silent reading of prose in English: Brysbaert, How many words do we read per minute?, 2019, gives 238 for non-fiction;
# formulas and code read slower. A line of code is taken as eight words.
_WORDS_PER_MINUTE = 200
_WORDS_PER_LINE = 8
_LONGEST = 160
_PROMISE = "After this page you can "

_NOT_SHOWN = re.compile(r"^```.*?^```|<[^>]*>|^#+ .*?$|\$\$.*?\$\$", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^- (.*?)(?=^- |^\s*$|\Z)", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|`+|(?<!\w)[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}(?!\w)")


def description(variant: Variant) -> str:
    """What the reader can do after a tutorial, else its first sentence; plain text, no longer than search engines show.

    Args:
      variant: a tutorial whose first cell lists its objectives.
    """
    opening = _NOT_SHOWN.sub("", text(variant.cells[0].lines)).strip()
    objectives = [_plain(item).rstrip(";.") for item in _ITEM.findall(opening)]
    if not objectives:
        return re.split(r"(?<=[.?!]) ", _plain(opening.split("\n\n")[0]))[0]
    said = _PROMISE + objectives[0]
    for objective in objectives[1:]:
        if len(said) + len(objective) + 3 > _LONGEST:
            break
        said += f"; {objective}"
    return f"{said}."


def _plain(markdown: str) -> str:
    return " ".join(_MARKS.sub(lambda m: m[1] or "", markdown).split())


def minutes(variant: Variant) -> int:
    """How long a tutorial takes to read, in minutes, to the next five."""
    words = 0
    for cell in variant.cells:
        if not cell.cell.code:
            words += len(_NOT_SHOWN.sub("", text(cell.lines)).split())
        elif not cell.cell.check and "hidden" not in cell.cell.tags:
            words += _WORDS_PER_LINE * sum(bool(line.text.strip()) for line in cell.lines)
    return 5 * math.ceil(words / _WORDS_PER_MINUTE / 5)
