"""The same pages under another generator: Zensical builds what `tutorials write` writes, and the words are the same."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pages import PAGES as ALL
from pages import REPOSITORY, ROOT, SITE_URL, soup
from searches import ELSEWHERE, QUERIES, first_hits, headed_names, messages, misses
from server import served

PAGES = ["tutorials/jax/random_keys", "tutorials/haiku/classifier"]


STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")  # as authors write them, and MkDocs' pages do not


class Words(HTMLParser):
    """The words of a page's article: prose, code, outputs, formulas."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.inside, self.silent, self.text = False, 0, ""
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "article"
        self.silent += tag in ("script", "style", "button")

    def handle_endtag(self, tag):
        self.inside &= tag != "article"
        self.silent -= tag in ("script", "style", "button")

    def handle_data(self, data):
        self.text += data if self.inside and not self.silent else ""

    def __str__(self) -> str:
        return " ".join(self.text.replace("¶", " ").translate(STRAIGHT).split())


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Path:
    """The site that Zensical builds."""
    folder = tmp_path_factory.mktemp("zensical")
    command = [Path(sys.executable).with_name("tutorials"), "write", folder]
    environment = os.environ | {"SITE_URL": SITE_URL, "REPOSITORY": REPOSITORY}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-m", "zensical", "build"], cwd=folder, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert "No issues found" in done.stdout + done.stderr
    return folder / "site"


@pytest.mark.xdist_group("zensical")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_words_under_zensical(page, site, other):
    ours, theirs = (str(Words(folder / page / "index.html")) for folder in (site, other))
    assert len(ours) > 10_000
    assert ours.split() == theirs.split()


@pytest.mark.xdist_group("zensical")
def test_mathematics_glossary_links_figures_and_downloads_are_there(other):
    folder = other / PAGES[0]
    page = soup(folder)
    assert len(page.find_all("math")) > 5
    assert page.find("a", href=re.compile("^../../../glossary/#"))
    sources = [image["src"] for image in page.article.find_all("img")]
    downloads = [link["href"] for link in page.article.find_all("a", download=True)]
    assert {Path(source).suffix for source in sources} == {".svg"}
    names = {"random_keys.ipynb", "random_keys-solved.ipynb", "random_keys.py"}
    assert {(folder / target).resolve() for target in downloads} == {folder / name for name in names}
    assert all((folder / target).is_file() for target in [*sources, *downloads])


@pytest.mark.xdist_group("zensical")
def test_no_page_says_anything_in_the_console_and_what_the_theme_has_a_place_for_works(other, light):
    said = []
    light.on("console", lambda message: said.append((light.url, message.text)))
    light.on("pageerror", lambda error: said.append((light.url, str(error))))
    with served(other) as address:
        for path in ALL:
            light.goto(address + path)
        light.goto(address + "tutorials/haiku/regression/")
        for feature in (
            ".palette[title]",
            ".where .seen",
            ".exercise-kind input",
            "button.answers",
            ".frames.live input",
        ):
            assert light.locator(feature).count(), feature
        assert light.locator(".md-header__button > button[aria-label]").count() == 2
    assert said == []


@pytest.mark.xdist_group("zensical")
def test_the_search_finds_what_it_finds_under_mkdocs_but_for_the_differences_that_are_listed(site, other, light):
    wanted = {**headed_names(site), **QUERIES, **messages(other)}
    assert ELSEWHERE.keys() <= wanted.keys()
    with served(other) as address:
        light.goto(address)
        found = misses(first_hits(light, other, list(wanted)), wanted)
    assert {query: found[query] for query in found if query not in ELSEWHERE} == {}
    assert [f"{query} is first under Zensical, too: take it from the list" for query in ELSEWHERE.keys() - found] == []


@pytest.mark.xdist_group("zensical")
def test_the_search_box_shows_what_the_search_finds(other, light):
    with served(other) as address:
        light.goto(address)
        light.locator(".md-search__button").first.click()
        light.get_by_role("combobox").fill("ConcretizationTypeError")
        hit = light.get_by_role("option").first
        hit.wait_for()
        assert hit.locator("mark").first.inner_text() == "ConcretizationTypeError"
        (section,) = QUERIES["ConcretizationTypeError"]
        assert hit.get_attribute("href").endswith(section)
