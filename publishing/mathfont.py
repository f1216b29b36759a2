"""The font of the site's mathematics: STIX Two Math, cut down to the characters that the pages show."""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.memo import Memo, afresh

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONT = "assets/math.woff2"
LICENCE = "assets/math-licence.txt"

_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TOKEN = re.compile(r"<(?P<name>m[inos]|mtext)\b(?P<attributes>[^>]*)>(?P<text>[^<]*)")
# Browsers show an <mi> of one letter by the letter's mathematical italic. These are the blocks of those, Latin and
# Greek; for h there was a sign before.
_ITALIC = {
    chr(int(unicodedata.decomposition(chr(code)).split()[-1], 16)): chr(code)
    for code in (*range(0x1D434, 0x1D455), *range(0x1D456, 0x1D468), *range(0x1D6A4, 0x1D6A6), *range(0x1D6E2, 0x1D71C))
} | {"h": "\u210e"}
# What no token holds: the space, by which a browser judges a font, and the sign that <msqrt> and <mroot> draw.
_IMPLIED = " \u221a"
# What mathematics asks of the shaper: signs made for scripts (primes), flat accents on capitals, dotless letters.
_FEATURES = ["ssty", "flac", "dtls"]

_PRIMES = {0x2032, 0x2033, 0x2034, 0x2057}


def characters(page: str) -> set[str]:
    """The characters that a font needs to show the mathematics of a page.

    Args:
      page: HTML, its mathematics as MathML.
    """
    found: set[str] = set()
    for math in _MATH.findall(page):
        found.update(_IMPLIED)
        for token in _TOKEN.finditer(math):
            text = html.unescape(token["text"])
            if token["name"] == "mi" and "normal" not in token["attributes"]:
                text = _ITALIC.get(text, text)
            found.update(text)
    return found


def preloading(page: str, address: str) -> str:
    """A page that asks for the font at once if it has mathematics, so that it is there for the first drawing.

    Args:
      page: a whole HTML page.
      address: of the font, from this page.
    """
    if "<math" not in page:
        return page
    link = f'<link rel="preload" as="font" type="font/woff2" href="{address}" crossorigin>'
    return page.replace("</head>", f"{link}</head>", 1)


def write(site: Path, wanted: set[str], memo: Memo | Callable = afresh) -> None:
    """Put the font and its licence into a site that has mathematics.

    Args:
      site: folder of the site.
      wanted: the characters, as `characters` finds them on the pages.
      memo: keeps the font; making one costs a third of a second.
    """
    if not wanted:
        return
    source = _package("ziamath") / "fonts/STIXTwoMath-Regular.ttf"
    font, licence = memo("font", (source, sorted(wanted)), lambda: (_subset(source, wanted), _licence(source)))
    (site / FONT).parent.mkdir(parents=True, exist_ok=True)
    (site / FONT).write_bytes(font)
    (site / LICENCE).write_text(licence, encoding="utf-8")


def _subset(source: Path, wanted: set[str]) -> bytes:
    """A font of these characters as WOFF2; what they stretch to stays, by the font's MATH table."""
    from fontTools import subset  # only where a font is made, as it takes long to import

    options = subset.Options(flavor="woff2", layout_features=_FEATURES, hinting=False, name_IDs=[0, 1, 2, 7, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(wanted)))
    file = io.BytesIO()
    with subset.load_font(str(source), options) as font:
        cutter.subset(font)
        _suit_chromium(font)
        subset.save_font(font, file, options)
    return file.getvalue()


def _suit_chromium(font: TTFont) -> None:
    """Make primes as large as scripts need them, and accents as wide as they look.

    Chromium does not ask for a font's signs for scripts, nor does it centre accents that have no width of their own.
    """
    gsub = font["GSUB"].table
    features = [record.Feature for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "ssty"]
    for index in {index for feature in features for index in feature.LookupListIndex}:
        for lookup in gsub.LookupList.Lookup[index].SubTable:
            signs = {glyph: others[0] for glyph, others in getattr(lookup, "alternates", {}).items()}
            for cmap in (table.cmap for table in font["cmap"].tables):
                cmap.update({code: signs.get(cmap[code], cmap[code]) for code in _PRIMES & set(cmap)})
    for name, (width, left) in font["hmtx"].metrics.items():
        glyph = font["glyf"][name]
        if width == 0 and glyph.numberOfContours > 0:
            glyph.coordinates.translate((-left, 0))
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (glyph.xMax, 0)


def _licence(source: Path) -> str:
    """The copyright of the font, in its own words, and the licence that must travel with it."""
    from fontTools.ttLib import TTFont

    with TTFont(source, lazy=True) as font:
        own = [font["name"].getDebugName(number) for number in (4, 0, 7, 13)]
    text = (_package("matplotlib") / "mpl-data/fonts/ttf/LICENSE_STIX").read_text(encoding="utf-8")
    text = text[text.index("SIL OPEN FONT LICENSE Version 1.1") :]
    cut = "This file is a part of it: the glyphs that the pages of this site use."
    return "\n".join([*own, cut, "", text])


def _package(name: str) -> Path:
    """The folder of a package, which is not imported for the files that it carries."""
    return Path(next(iter(find_spec(name).submodule_search_locations)))
