"""Pages that moved: their old addresses lead to the new ones."""

from __future__ import annotations

import html
import posixpath
from collections.abc import Mapping
from pathlib import Path

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<meta http-equiv="refresh" content="0; url={to}">
<meta name="robots" content="noindex">
</head>
<body><main><h1>This page has moved</h1><p><a href="{to}">Here it is now.</a></p></main></body>
</html>
"""


def redirect(site: Path, moved: Mapping[str, str]) -> None:
    """Write a page at each old address that leads to the new one; the check of links finds a new one that is none.

    Args:
      site: folder of the built site.
      moved: new addresses by old ones, both as folders below the site, as in `tutorials/jax/old/`.

    Raises:
      ValueError: if a page stands at an old address.
    """
    for old, new in moved.items():
        page = site / old / "index.html"
        if page.exists():
            raise ValueError(f"redirects in mkdocs.yml: there is a page at {old}, which is said to have moved.")
        page.parent.mkdir(parents=True, exist_ok=True)
        address = posixpath.relpath(new, old) + "/"
        page.write_text(_PAGE.format(to=html.escape(address)), encoding="utf-8")
