"""The look of a course: templates, icons and assets between its own and those of Material.

A file of the course in the same place wins, and so does what its `mkdocs.yml` says of the theme.
"""

import colorsys
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from PIL.ImageColor import getrgb

LOOK = Path(__file__).parents[1] / "look"
SHEET, SCRIPT = "assets/site.css", "assets/site.js"
_ACCENT = ("#0b6b82", "#6cc3d5")  # of a course that names none
_CONTRAST = 4.5  # what WCAG asks of text at level AA
# The page and its code, of site.css, in the light and in the dark. A link stands on either, and on
# the page with a tenth of its own colour.
_GROUNDS = (("#fdfdfb", "#f2f4f1"), ("#15191e", "#1d2329"))
# The letters that headings-all.woff2 has beyond headings.woff2; .ci/headings_font.py cuts both.
_HEADING = re.compile(r"<h[1-4]\b.*?</h[1-4]>", re.DOTALL)
_OTHER = re.compile("[\xc0-\xd6\xd8-\xe8\xea-\xf6\xf8-\u052f\u1e00-\u1fff]")

type Colour = tuple[float, ...]


def with_look(own: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the theme: a course's own, and the look's where it has none."""
    look = yaml.safe_load((LOOK / "mkdocs_theme.yml").read_text(encoding="utf-8"))
    if "logo" in own:
        look["favicon"] = own["logo"]
    templates = [*look["static_templates"], *own.get("static_templates", [])]
    icon = look["icon"] | (own.get("icon") or {})
    return look | own | {"icon": icon, "static_templates": templates}


def has_other_letters(title: str, html: str) -> bool:
    """Whether a heading of a page has letters that English has not."""
    return any(map(_OTHER.search, [title, *_HEADING.findall(html)]))


def shades(accent: str) -> tuple[str, str]:
    """A colour for the light and the dark, as near to it as can be read; a ValueError for none."""
    if not accent:
        return _ACCENT
    light, dark = (_readable(getrgb(accent)[:3], *map(getrgb, grounds)) for grounds in _GROUNDS)
    return light, dark


def _readable(colour: Colour, page: Colour, code: Colour) -> str:
    """A colour made darker, or on a dark page lighter, until it can be read there."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    step = -0.01 if _luminance(page) > 0.5 else 0.01

    def contrast() -> float:
        tint = tuple(0.9 * below + 0.1 * above for below, above in zip(page, colour, strict=True))
        return min(_contrast(colour, ground) for ground in (code, tint))

    while contrast() < _CONTRAST:
        lightness = min(max(lightness + step, 0), 1)
        rgb = colorsys.hls_to_rgb(hue, lightness, saturation)
        colour = tuple(round(255 * part) for part in rgb)
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG defines it, from 1 to 21."""
    less, more = sorted((_luminance(one), _luminance(other)))
    return (more + 0.05) / (less + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
