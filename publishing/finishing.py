"""Touches to the HTML that mkdocs-jupyter makes, so that Material's style sheet and scripts know it."""

from __future__ import annotations

import re

_KEPT = re.compile(r"(<pre.*?</pre>|<script.*?</script>|<textarea.*?</textarea>)", re.DOTALL)
_JUNK_STYLE = re.compile(r"<style>.*?</style>\s*$", re.DOTALL)


def finish(html: str) -> str:
    """The HTML of a page without nbconvert's style sheet, its heading anchors as Material's."""
    html = _JUNK_STYLE.sub("", html)
    return html.replace('class="anchor-link"', 'class="headerlink" title="Permanent link"')


def squeezed(html: str) -> str:
    """A whole page without the indentation and blank lines of its templates; code, outputs and scripts stay."""
    parts = _KEPT.split(html)
    parts[::2] = [re.sub(r"\s*\n\s*", "\n", part) for part in parts[::2]]
    return "".join(parts)
