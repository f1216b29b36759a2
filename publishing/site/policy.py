"""A page's Content-Security-Policy: scripts of the theme, and nothing from elsewhere."""

import base64
import hashlib
import html
import re
import secrets
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup, escape

# A line that is a comment, and indentation, or what may hold or be such: a string, a pattern, a
# template.
_LINE_OR_TEXT = re.compile(
    r"""(?mx)^\ *//.*\n | ^\ + | (?P<text> //.* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | /(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/ | `(?:\\.|[^`\\])*` )"""
)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:;"
    " object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
)
_WORKERS = "; connect-src 'self'; worker-src 'self' blob:"


def mark_scripts(environment: Environment) -> str:
    """Give each script in the theme's templates a mark that nothing else can have; return it.

    Titles, of which the theme undoes the escaping, stay escaped but within an address.
    """
    mark = f"data-{secrets.token_hex(16)}"

    class _Marked(Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return re.sub(
                r"<script(?=[\s>])", lambda start: f"{start[0]} {mark}", source, flags=re.IGNORECASE
            )

    environment.add_extension(_Marked)
    environment.filters["striptags"] = lambda text: escape(Markup(text).striptags())
    encode = environment.filters["urlencode"]
    environment.filters["urlencode"] = lambda text: encode(
        text.unescape() if isinstance(text, Markup) else text
    )
    return mark


def with_policy(page: str, mark: str, *, reloads: bool = False, webassembly: bool = False) -> str:
    """A page with its policy and without marks; one that `reloads` itself runs any script.

    One that asks for `webassembly` may run it, also in a worker whose script it writes itself: such
    a worker has the policy of the page, and can send nothing to another host either.
    """
    script = re.compile(
        rf"<script\b(?P<attributes>[^>]*?)\s*\b{mark}\b(?P<others>[^>]*)>"
        r"(?P<text>.*?)</script>",
        re.DOTALL | re.IGNORECASE,
    )
    digests = [
        hashlib.sha256(found["text"].encode()).digest()
        for found in script.finditer(page)
        if _runs(found)
    ]
    scripts = " ".join(
        dict.fromkeys(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    )
    scripts = "'unsafe-inline'" if reloads else scripts
    if webassembly:
        scripts += " 'wasm-unsafe-eval'"
    policy = _POLICY.format(scripts=scripts) + _WORKERS * webassembly
    meta = (
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy, quote=False)}">'
    )
    *parts, last = page.split(mark)  # a pattern that begins with white space would be tried at each
    page = "".join([*(part.rstrip() for part in parts), last])
    return _HEAD.sub(lambda head: head[0] + meta, page, count=1)


def _runs(script: re.Match) -> bool:
    """Whether a script has its text on the page, and is no data."""
    attributes = script["attributes"] + script["others"]
    return not re.search(r"\bsrc\s*=|\btype\s*=\s*[\"']?application/(ld\+)?json", attributes)


def without_comments(file: Path) -> str:
    """A style sheet, or a script, without comments and indentation; scripts lose whole lines."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".css":
        return re.sub(r"\s*\n\s*", " ", re.sub(r"(?s)/\*.*?\*/\s*", "", text))
    return _LINE_OR_TEXT.sub(lambda match: match["text"] or "", text)
