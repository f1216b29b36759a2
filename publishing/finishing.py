"""Touches to the HTML of pages, so that Material's style sheet, its scripts and a browser's policy know it."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import count
from typing import Any

from markdown.extensions.toc import nest_toc_tokens

_KEPT = re.compile(r"(<pre.*?</pre>|<script.*?</script>|<textarea.*?</textarea>)", re.DOTALL)
_JUNK_STYLE = re.compile(r"<style>.*?</style>\s*$", re.DOTALL)
_CODE = re.compile(r"<pre>(?:<span></span>)?<code>(.*?)</code></pre>", re.DOTALL)
_NUMBERED = re.compile(
    r'<table class="highlighttable"><tr><td class="linenos">.*?</td>'
    r'<td class="code"><div>(.*?)</div></td></tr></table>',
    re.DOTALL,
)
_HEADING = re.compile(r'<h([1-6]) id="([^"]*)">(.*?)<a class="headerlink"', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
# What Material's templates leave to be wished for by a screen reader, and a script for tabs, which no page has.
_MENDED = (
    ('role="dialog">', 'role="dialog" aria-label="Search">'),
    ('<div class="md-dialog__inner md-typeset">', '<div class="md-dialog__inner md-typeset" role="status">'),
    ('<ol class="md-search-result__list" role="presentation">', '<ol class="md-search-result__list">'),
)
_TABS_SCRIPT = re.compile(r"<script>var target=document\.getElementById.*?</script>", re.DOTALL)


def finish(html: str) -> str:
    """The HTML of a page without nbconvert's style sheet, its heading anchors as Material's."""
    html = _JUNK_STYLE.sub("", html)
    return html.replace('class="anchor-link"', 'class="headerlink" title="Permanent link"')


def headings(html: str) -> list[dict[str, Any]]:
    """The headings of a finished page as MkDocs wants them for its table of contents, one within another."""
    found = _HEADING.findall(html)
    return nest_toc_tokens([{"level": int(n), "id": i, "name": _TAG.sub("", text)} for n, i, text in found])


def copyable(html: str) -> str:
    """A whole page whose code can be copied, without the numbers of its lines.

    Material's script would add a button to each `pre > code`, and measure each of them, while the page loads. The
    buttons are there from the start instead, and the script only does what they ask for.
    """
    numbers = count(1)

    def with_button(code: re.Match[str]) -> str:
        target = f"code-{next(numbers)}"
        button = f'<button class="md-clipboard" title="Copy to clipboard" data-clipboard-target="#{target}"></button>'
        return f'{button}<pre id="{target}">{code[1]}</pre>'

    return _CODE.sub(with_button, _NUMBERED.sub(r"\1", html))


def squeezed(html: str) -> str:
    """A whole page without the indentation and blank lines of its templates; code, outputs and scripts stay."""
    parts = _KEPT.split(_TABS_SCRIPT.sub("", html))
    parts[::2] = [re.sub(r"\s*\n\s*", "\n", part) for part in parts[::2]]
    html = "".join(parts)
    for theirs, ours in _MENDED:
        html = html.replace(theirs, ours)
    return html


def with_policy(html: str) -> str:
    """A whole page with a content security policy: scripts of this site, and its own inline ones by their hashes."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html))
    hashes = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in dict.fromkeys(digests))
    policy = (
        f"default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'"
    )
    return html.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)
