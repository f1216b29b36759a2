"""A page's Content-Security-Policy: the scripts that it has, and nothing from elsewhere."""

import base64
import hashlib
import html
import re

from jinja2 import Environment
from markupsafe import Markup, escape

_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
# Text has none: what an author writes and what outputs hold went through nh3.
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_WITHOUT_CODE = re.compile(r"\bsrc\s*=|\btype\s*=\s*[\"']?application/(ld\+)?json")
_POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:;"
    " object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
)


def keep_titles_escaped(environment: Environment) -> None:
    """Let titles, of which the theme undoes the escaping, stay escaped but within an address."""
    environment.filters["striptags"] = lambda text: escape(Markup(text).striptags())
    encode = environment.filters["urlencode"]
    environment.filters["urlencode"] = lambda text: encode(
        text.unescape() if isinstance(text, Markup) else text
    )


def with_policy(page: str, *, reloads: bool = False) -> str:
    """A page with its policy; one that `reloads` itself runs any script."""
    texts = [
        text for attributes, text in _SCRIPT.findall(page) if not _WITHOUT_CODE.search(attributes)
    ]
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    scripts = " ".join(dict.fromkeys(f"'sha256-{digest}'" for digest in digests))
    policy = _POLICY.format(scripts="'unsafe-inline'" if reloads else scripts)
    content = html.escape(policy, quote=False)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return _HEAD.sub(lambda head: head[0] + meta, page, count=1)
