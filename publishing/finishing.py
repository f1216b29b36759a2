"""Touches to the HTML that mkdocs-jupyter makes, so that Material's style sheet and scripts know it."""

from __future__ import annotations

import re
from pathlib import Path

_JUNK_STYLE = re.compile(r"<style>.*?</style>\s*$", re.DOTALL)


def finish(html: str) -> str:
    """The HTML of a page without nbconvert's style sheet, its heading anchors as Material's."""
    html = _JUNK_STYLE.sub("", html)
    return html.replace('class="anchor-link"', 'class="headerlink" title="Permanent link"')


def line_of(path: Path, candidates: list[str]) -> int:
    """The first line of a file that holds the first of the candidates to be found; 1 if none is."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for candidate in filter(None, candidates):
        for number, line in enumerate(lines, 1):
            if candidate in line:
                return number
    return 1
