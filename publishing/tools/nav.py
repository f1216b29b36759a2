"""The lines of pages in the nav of `mkdocs.yml`.

The file is changed as text, because comments and MkDocs' own tags would not survive a parser.
"""

import posixpath
import re
from pathlib import Path

from publishing.read.diagnostic import Diagnostic, SourceError, line_of

_NAV = re.compile(r"^nav:.*\n(?:(?:[ #-].*)?\n)*", re.MULTILINE)
_ENTRY = re.compile(r"^( *)- (.*)\n", re.MULTILINE)


def with_page(config_file: Path, text: str, page: str, entry: str = "") -> tuple[str, int]:
    """The text with a page in the nav, after the last of its part, and the line of the page.

    `entry` is what its line says, its title too. Raises a SourceError where no line can be added.
    """
    text, part = text.rstrip() + "\n", posixpath.dirname(page)
    nav = _NAV.search(text)
    entries = list(_ENTRY.finditer(text, nav.start(), nav.end())) if nav else []
    if not entries:
        message = f"has no nav with a line for each page; name {page} there."
        raise SourceError(Diagnostic(config_file.absolute(), 1, message))
    same_part = re.compile(rf"\b{re.escape(part)}/[\w.-]+\s*(#.*)?$")
    siblings = [each for each in entries if same_part.search(each[2])]
    last, (outer, title) = (siblings or entries)[-1], (entries[0][1], posixpath.basename(part))
    indent = last[1] if siblings else f"{outer}    "
    heading = "" if siblings else f"{outer}- {title.capitalize()}:\n"
    before = f"{text[: last.end()]}{heading}{indent}- {entry or page}\n"
    return before + text[last.end() :], before.count("\n")


def without_page(config_file: Path, text: str, page: str) -> tuple[str, str]:
    """The text without the line of a page and headings that lose their last; what the line said.

    That is empty for a page that the nav does not name. Raises a SourceError where the nav names
    it, but not on a line of its own.
    """
    if not re.search(named := _named(page), text):
        return text, ""
    nav = _NAV.search(text)
    entries = list(_ENTRY.finditer(text, nav.start(), nav.end())) if nav else []
    ends = rf"{named}[\"']?\s*(#.*)?$"
    place = next((i for i, entry in enumerate(entries) if re.search(ends, entry[2])), None)
    if place is None:
        message = f"names {page} not on a line of the nav of its own; write it so first."
        raise SourceError(Diagnostic(config_file.absolute(), line_of(config_file, [page]), message))
    following = len(entries[place + 1][1]) if place + 1 < len(entries) else 0
    first = place
    while first and following <= len(entries[first - 1][1]) < len(entries[first][1]):
        first -= 1  # the heading of nothing else
    return text[: entries[first].start()] + text[entries[place].end() :], entries[place][2]


def renamed_in_nav(config_file: Path, text: str, old: str, new: str) -> str:
    """The text with another name of a page, which goes to its new part; its title stays."""
    if posixpath.dirname(old) == posixpath.dirname(new):
        return re.sub(_named(old), new, text)
    rest, entry = without_page(config_file, text, old)
    return with_page(config_file, rest, new, entry.replace(old, new))[0] if entry else text


def _named(page: str) -> str:
    return rf"(?<![\w./-]){re.escape(page)}(?![\w./-])"
