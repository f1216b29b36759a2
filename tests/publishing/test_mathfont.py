import io
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from publishing import mathfont
from publishing.mathematics import with_mathml
from publishing.mathfont import FONT, LICENCE, characters, preloading, write
from publishing.memo import Memo

FORMULA = r"<p>where $\lVert w' \rVert = \left( \sqrt{h_1} + \vec v \right)$, that is.</p>"
LIMIT = 40_000


@pytest.fixture(scope="module")
def page():
    return with_mathml(FORMULA, ())


@pytest.fixture(scope="module")
def memo(tmp_path_factory):
    """Keeps the font for all tests, since making one takes a second."""
    return Memo(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def written(tmp_path, page, memo):
    write(tmp_path, characters(page), memo)
    return tmp_path


@pytest.fixture
def font(written):
    return TTFont(io.BytesIO((written / FONT).read_bytes()))


def test_only_characters_of_mathematics_are_wanted(page):
    found = characters(page)
    assert {"\u2016", "\u2032", "=", "(", ")", "+", "1", "\u221a", " "} <= found
    assert not set("thatwere.,<>") & found


def test_a_page_without_mathematics_wants_nothing():
    assert characters("<p>x &lt;math&gt; y</p>") == set()


@pytest.mark.parametrize("letter", "xhAZ\u03b8\u0394\u03d5\u2202\u0131")
def test_a_letter_alone_is_wanted_as_its_mathematical_italic(letter):
    (italic,) = characters(f"<math><mi>{letter}</mi></math>") - {" ", "\u221a"}
    assert unicodedata.decomposition(italic) == f"<font> {ord(letter):04X}"


@pytest.mark.parametrize("token", ['<mi mathvariant="normal">d</mi>', "<mtext>d</mtext>", "<mi>dd</mi>", "<mn>d</mn>"])
def test_an_upright_letter_is_wanted_as_it_is(token):
    assert characters(f"<math>{token}</math>") == {"d", " ", "\u221a"}


def test_characters_written_by_number_or_name_are_wanted():
    assert {"<", "*"} <= characters('<math display="block"><mo>&lt;</mo><mo lspace="0">&#42;</mo></math>')


def test_every_wanted_character_is_in_the_font_and_none_besides(font, page):
    assert {chr(code) for code in font.getBestCmap()} == characters(page)


def test_fences_and_roots_keep_what_they_stretch_to(font):
    variants = font["MATH"].table.MathVariants
    glyphs, sizes = variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction
    for char in "(\u221a\u2016":
        construction = sizes[glyphs.index(font.getBestCmap()[ord(char)])]
        for part in construction.GlyphAssembly.PartRecords:
            assert part.glyph in font.getGlyphOrder()
    assert len(sizes[glyphs.index(font.getBestCmap()[ord("(")])].MathGlyphVariantRecord) > 5


def test_a_prime_is_the_one_for_scripts_which_is_not_raised_a_second_time(font):
    glyph = font["glyf"][font.getBestCmap()[0x2032]]
    assert glyph.yMin < 200 < 400 < glyph.yMax  # thousandths of the size


def test_characters_that_have_no_signs_for_scripts_make_a_font_too(tmp_path):
    write(tmp_path, characters("<math><mo>=</mo></math>"))
    assert {ord("="), 0x221A, ord(" ")} == set(TTFont(tmp_path / FONT).getBestCmap())


def test_an_accent_is_as_wide_as_it_looks(font):
    name = font.getBestCmap()[0x20D7]
    assert font["hmtx"][name] == (font["glyf"][name].xMax, 0)
    assert font["glyf"][name].xMin == 0


def test_a_font_of_these_characters_is_made_once_and_is_always_the_same(written, page, memo, tmp_path, monkeypatch):
    write(tmp_path / "fresh", characters(page))
    monkeypatch.setattr(mathfont, "_subset", None)
    write(tmp_path / "again", characters(page), memo)
    assert len({(tmp_path / name / FONT).read_bytes() for name in ("", "again", "fresh")}) == 1


def test_the_licence_travels_with_the_font(written, font):
    text = (written / LICENCE).read_text()
    assert font["name"].getDebugName(0) in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Open Font License" in font["name"].getDebugName(13)


def test_a_site_without_mathematics_gets_no_font(tmp_path):
    write(tmp_path, set())
    assert list(tmp_path.iterdir()) == []


def test_only_a_page_with_mathematics_preloads_the_font():
    head = "<html><head></head><body>{}</body></html>"
    assert preloading(head.format("<p>x</p>"), "a.woff2") == head.format("<p>x</p>")
    assert 'href="a.woff2" crossorigin></head>' in preloading(head.format("<math></math>"), "a.woff2")


def test_a_formula_of_everyday_length_costs_less_than_the_limit(written):
    assert (written / FONT).stat().st_size < LIMIT
