# /// script
# requires-python = ">=3.12"
# dependencies = ["brotli>=1.2", "fonttools>=4.60", "matplotlib>=3.10.7", "ziamath>=0.13"]
# ///
# ruff: noqa: RUF001
"""Cuts the font of the site's mathematics from STIX Two Math, for when a sign is missing.

It is called by hand: `uv run .ci/math_font.py`.
"""

from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).parents[1] / "publishing/look/assets"
# Latin, Greek, their italic letters, and the signs of the site's pages; what a page of another
# course has beyond them, the reader's system draws.
RANGES = (
    *((0x20, 0x7E), (0x391, 0x3A9), (0x3B1, 0x3C9), (0x2061, 0x2064)),
    *((0x1D434, 0x1D467), (0x1D6E2, 0x1D71B)),
)
SIGNS = "ℎℓℝ𝔼\u00a0±×¯ˆ˜̂̄′″…‖←→↦∂∇∈∏∑−∗∘√∝∞∣∫∼≈≠≤≥≪≫⊤⊙⋅⋯⟨⟩⌊⌋⌈⌉ϵ"
PRIMES = set(map(ord, "′″‴⁗"))


def enlarge_primes(font: TTFont) -> None:
    """Take the primes made for scripts (`ssty`), for which Chromium does not ask.

    It draws the others too small.
    """
    gsub = font["GSUB"].table
    features = [
        record.Feature for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "ssty"
    ]
    for lookup in {index for feature in features for index in feature.LookupListIndex}:
        for table in gsub.LookupList.Lookup[lookup].SubTable:
            signs = {glyph: others[0] for glyph, others in getattr(table, "alternates", {}).items()}
            for cmap in (part.cmap for part in font["cmap"].tables if part.isUnicode()):
                cmap.update(
                    {prime: signs.get(cmap[prime], cmap[prime]) for prime in PRIMES & set(cmap)}
                )


def widen_accents(font: TTFont) -> None:
    """Give accents the width that they look: Chromium does not centre those that have none."""
    for name, (width, left) in font["hmtx"].metrics.items():
        glyph = font["glyf"][name]
        if width == 0 and glyph.numberOfContours > 0:
            glyph.coordinates.translate((-left, 0))
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (glyph.xMax, 0)


# ziamath carries the font, Matplotlib the licence that must travel with it.
ziamath, matplotlib = (Path(find_spec(name).origin).parent for name in ("ziamath", "matplotlib"))
codes = {code for first, last in RANGES for code in range(first, last + 1)} | set(map(ord, SIGNS))
# Flat accents on capitals, dotless letters; no letters made for scripts (`ssty`), which would
# double the size.
names = [0, 1, 2, 7, 13, 14]  # the copyright and the licence stay in the font
options = subset.Options(
    flavor="woff2", layout_features=["flac", "dtls"], name_IDs=names, hinting=False
)
cutter = subset.Subsetter(options)
cutter.populate(unicodes=codes)
with subset.load_font(ziamath / "fonts/STIXTwoMath-Regular.ttf", options) as font:
    copyright = [font["name"].getDebugName(number) for number in (4, 0, 7, 13)]
    enlarge_primes(font)
    cutter.subset(font)
    widen_accents(font)
    subset.save_font(font, ASSETS / "math.woff2", options)
_, title, licence = (
    (matplotlib / "mpl-data/fonts/ttf/LICENSE_STIX").read_text().partition("SIL OPEN FONT LICENSE")
)
own = "math.woff2 is a part of it: the glyphs that the site may need."
(ASSETS / "math-licence.txt").write_text("\n".join([*copyright, own, "", title + licence]))
print(f"{len(codes)} signs, {(ASSETS / 'math.woff2').stat().st_size / 1000:.0f} kB")
