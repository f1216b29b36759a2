"""The line of a new page in the nav of `mkdocs.yml`.

The file is changed as text, because comments and MkDocs' own tags would not survive a parser.
"""

import posixpath
import re
from pathlib import Path

from publishing.read.diagnostic import Diagnostic, SourceError

_NAV = re.compile(r"^nav:.*\n(?:(?:[ #-].*)?\n)*", re.MULTILINE)
_ENTRY = re.compile(r"^( *)- (.*)\n", re.MULTILINE)


def with_page(config_file: Path, text: str, page: str) -> tuple[str, int]:
    """The text with a page in the nav, after the last of its part, and the line of the page.

    Raises a SourceError where no line can be added.
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
    before = f"{text[: last.end()]}{heading}{indent}- {page}\n"
    return before + text[last.end() :], before.count("\n")
