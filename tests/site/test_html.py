"""What the files of the site hold: all that a parser can ask of them without a browser."""

import html
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import Comment, Tag
from pages import EXECUTED, PAGES, REPOSITORY, ROOT, SITE_URL, TUTORIALS, sent, soup

from publishing.site.links import broken_links
from publishing.site.look import LOOK
from publishing.site.markdown import MOST

pytestmark = pytest.mark.xdist_group("html")

NO_PROSE = {"code", "kbd", "math", "pre", "script", "style", "svg", "textarea"}


def prose(page: Tag) -> Iterator[str]:
    """The texts of a page outside of code, formulas and what cells gave."""
    for part in page.children:
        if not isinstance(part, Tag):
            yield from [] if isinstance(part, Comment) else [str(part)]
        elif part.name not in NO_PROSE and "output" not in part.get("class", ()):
            yield from prose(part)


def head(page: Tag) -> dict[str, str]:
    """What the head of a page says of it, by name or property."""
    said = {
        meta.get("name", meta.get("property")): meta.get("content")
        for meta in page.find_all("meta")
    }
    return said | {"canonical": page.find("link", rel="canonical")["href"]}


def figures(article: Tag) -> list[Tag]:
    """The figures of a page; frames that share a slider are one."""
    return [each for each in article.find_all("figure") if not each.find_parent("figure")]


# The rules of every page: each gives what is wrong, or nothing.


def straight_marks_in_prose(page: Tag) -> list[str]:
    # The contents show code of headings as plain text: its marks stay.
    return [text for text in prose(page.article) if re.search("['\"]", text)]


def curled_marks_in_code(page: Tag) -> list[str]:
    code = " ".join(part.get_text() for part in page.body.find_all(["pre", "code"]))
    return re.findall("[\u2018\u2019\u201c\u201d]", code)


def percentages_with_a_space(page: Tag) -> list[str]:
    return re.findall(r"\d\s+%\S*", " ".join(" ".join(prose(page.article)).split()))


def headings_out_of_order(page: Tag) -> list[int]:
    """Below one title, each is at most one level deeper than that before it."""
    levels = [int(heading.name[1]) for heading in page.article.find_all(re.compile("^h[1-6]$"))]
    steps = itertools.pairwise(levels)
    in_order = levels[0] == 1 and levels.count(1) == 1 and all(b <= a + 1 for a, b in steps)
    return [] if in_order else levels


def contents_twice_or_before_the_text(page: Tag) -> list[str]:
    contents = page.select(".md-nav--secondary")
    if len(contents) != 1 or not contents[0].find_previous("article"):
        return [f"{len(contents)} tables of contents, or one before the text"]
    links = [link["href"] for link in contents[0].select("a")]
    return sorted({link for link in links if links.count(link) > 1})


def signs_of_headings_without_a_font(page: Tag) -> set[str]:
    """As .ci/headings_font.py cuts the font; code in a heading has the font of code."""
    font = {*map(chr, range(0x20, 0x7F)), *"\u00a0\n\u2013\u2014\u2018\u2019\u201c\u201d\u2026é¶"}
    headings = page.article.find_all(["h1", "h2", "h3", "h4"])
    parts = [part for heading in headings for part in heading.strings]
    return {*"".join(str(part) for part in parts if not part.find_parent("code"))} - font


RULES = [
    straight_marks_in_prose,
    curled_marks_in_code,
    percentages_with_a_space,
    headings_out_of_order,
    contents_twice_or_before_the_text,
    signs_of_headings_without_a_font,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_page_has(rule, site):
    wrong = {path: rule(soup(site / path)) for path in PAGES}
    assert {path: found for path, found in wrong.items() if found} == {}


def test_prose_has_marks_to_be_set(site):
    text = " ".join(part for path in PAGES for part in prose(soup(site / path).article))
    assert text.count("\u2019") > 100
    assert text.count("\u201c") == text.count("\u201d") > 30
    assert not re.findall(r"\u2018(?:s|t|re|ve|ll)\b|\w\u201c\w|(?:^|\s)\u201d\w", text)


def test_every_page_has_a_description_of_its_own_and_says_where_it_lives(site):
    heads = {path: head(soup(site / path)) for path in PAGES}
    descriptions = [found["description"] for found in heads.values()]
    assert len(set(descriptions)) == len(PAGES)
    for path, found in heads.items():
        assert found["canonical"] == found["og:url"] == SITE_URL + path
        assert found["og:description"] == found["description"]
    for path in TUTORIALS:
        picture = heads[path]["og:image"].removeprefix(SITE_URL)
        assert (site / picture).read_bytes().startswith(b"\x89PNG")


def test_terms_are_linked_on_a_page_once_each_and_not_in_its_downloads(site):
    for path in EXECUTED:
        article = str(soup(site / path).article)
        links = re.findall(r'href="[./]*glossary/#([a-z-]+)"', article)
        assert 1 <= len(links) == len(set(links)) <= MOST, path
        for download in (site / path).glob("*.[ip][py]*"):
            assert "glossary" not in download.read_text(), download


def test_downloads_and_record_are_there(site):
    for path in EXECUTED:
        page = soup(site / path)
        links = {link.get_text(): link["href"] for link in page.select(".run-it a")}
        both = ["Notebook", "Notebook with outputs"]
        if page.find(class_="exercise"):
            both = ["Exercise notebook", "Solved notebook"]
        assert list(links) == [*both, "Open in Colab", "The script", "uv"], path
        colab = f"https://colab.research.google.com/github/{REPOSITORY}/"
        assert links["Open in Colab"].startswith(colab)
        exercise, solved, script = (
            (site / path / links[name]).read_text() for name in (*both, "The script")
        )
        assert json.loads(exercise)["nbformat"] == json.loads(solved)["nbformat"] == 4
        assert script.startswith("# /// script")
        stamp = page.find(class_="stamp")
        record = json.loads((site / path / stamp.a["href"]).read_text())
        assert record["executed_at"][:10] in stamp.get_text(), path


def test_the_panel_gives_commands_that_name_the_hosted_files(site):
    for path in EXECUTED:
        commands = [code.get_text().strip() for code in soup(site / path).select(".run-it code")]
        hosted = f"{SITE_URL}{path}{Path(path).name}"
        assert commands == [f"uv run {hosted}.py", f"uvx juv run {hosted}.ipynb"]


def test_figures_have_the_numbers_one_two_three_and_frames_share_one(site):
    with_frames = 0
    for path in EXECUTED:
        for number, figure in enumerate(figures(soup(site / path).article), 1):
            caption = figure.find("figcaption", recursive=False).get_text()
            assert re.match(rf"Figure {number}\. \S", caption)
            frames = figure.find_all("figure")
            with_frames += bool(frames)
            alts = {image["alt"] for image in figure.find_all("img")}
            assert all(len(alt.split()) >= 5 and alt not in caption for alt in alts)
            assert len(alts) == max(len(frames), 1)
            for frame in frames:
                value = frame["data-frame"]
                assert frame.figcaption.get_text() == value
                (alt,) = {image["alt"] for image in frame.find_all("img")}
                assert alt.endswith(f". ({value})")
                assert frame.p.get_text() == alt
    assert with_frames >= 2


def test_prose_names_no_figure_by_a_number_that_is_not_there(site):
    for path in EXECUTED:
        article = copy(soup(site / path).article)
        known = len(figures(article))
        for figure in article.find_all("figure"):
            figure.decompose()
        named = {int(number) for number in re.findall(r"\b[Ff]igure (\d+)", article.get_text())}
        assert all(number <= known for number in named), (path, named)


def test_the_fonts_are_small(site):
    assert (site / "assets/headings.woff2").stat().st_size <= 12_000
    assert (site / "assets/math.woff2").stat().st_size <= 32_000


def test_a_style_sheet_is_sent_with_its_rules_and_without_its_comments(site):
    written, sent_ = (folder / "assets/site.css" for folder in (LOOK, site))
    assert "/*" in written.read_text()
    assert "/*" not in sent_.read_text()
    assert sent_.read_text().count("{") == re.sub(r"(?s)/\*.*?\*/", "", written.read_text()).count(
        "{"
    )


def test_a_page_weighs_at_most_so_many_kilobytes_without_figures(site):
    limits = dict.fromkeys(EXECUTED, 34)
    reference = ("reference/snippets/", "reference/porting/", "exercises/", "glossary/")
    limits |= dict.fromkeys((*reference, "tutorials/look_up/errors/"), 37)
    # With the source of their functions.
    limits |= {"reference/porting/": 51, "reference/snippets/": 42}
    weights = {path: sent(site / path / "index.html") / 1024 for path in limits}
    assert {path: kb for path, kb in weights.items() if kb > limits[path]} == {}


def test_a_script_is_sent_without_its_comments(site):
    written, sent_ = (folder / "assets/site.js" for folder in (LOOK, site))
    lines = written.read_text().splitlines()
    kept = [line.lstrip() for line in lines if not line.lstrip().startswith("//")]
    assert [line.lstrip() for line in sent_.read_text().splitlines()] == kept
    assert len(kept) < len(lines)


def test_an_old_address_leads_to_one_page_with_and_without_scripts(site):
    old = sorted((ROOT / "docs").rglob("index.html"))
    assert old
    for page in old:
        text = page.read_text()
        (link,) = re.findall(r'<a href="([^"]+)">', text)
        (refresh,) = re.findall(r"0; url=([^\"]+)", text)
        assert link == refresh
        assert f'location.replace("{link}" + location.hash)' in text
        assert (site / page.parent.relative_to(ROOT / "docs") / link / "index.html").is_file()


def test_the_outline_and_the_sitemap_name_every_page(site):
    outline, sitemap = (site / "llms.txt").read_text(), (site / "sitemap.xml").read_text()
    assert outline.startswith("# Haiku by doing\n\n> ")
    assert html.unescape(outline) == outline
    assert "{ ." not in outline
    for path in PAGES:
        line = rf"^- \[[^\]]+\]\({re.escape(SITE_URL + path)}\): \S"
        assert re.search(line, outline, re.MULTILINE)
        assert f"<loc>{SITE_URL}{path}</loc>" in sitemap


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_an_expression_in_the_place_of_its_value(site, path):
    page = copy(soup(site / path))  # which other tests read, too
    meant = "pre, script, annotation" + ", code" * (path not in EXECUTED)
    for element in page.select(meant):
        element.decompose()
    assert not re.search(r"\{\{.*?\}\}", page.get_text())


def test_no_link_image_or_anchor_of_the_site_leads_nowhere(site):
    assert list(broken_links(site, urlsplit(SITE_URL).path)) == []


def test_no_template_is_shipped(site):
    assert not list(site.rglob("*overrides*"))


def test_the_archive_holds_every_download(site):
    with zipfile.ZipFile(site / "tutorials/all.zip") as archive:
        stems = {Path(name).stem for name in archive.namelist()}
    assert {Path(path).name for path in EXECUTED} <= stems


def test_the_package_for_porting_is_offered_as_a_wheel_and_as_one_file(site):
    modules = {path.name for path in (ROOT / "snippets/porting").glob("*.py")}
    (wheel,) = site.glob("haiku_porting-*-none-any.whl")
    for path in (wheel, site / "haiku-port.pyz"):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        assert {f"haiku_porting/{module}" for module in modules} <= set(names)
        assert "haiku_porting/revive/removed.csv" in names
