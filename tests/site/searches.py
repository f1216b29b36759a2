"""What readers search for, and what must come first: queries.yml, and what the pages show."""

import json
import re
from html import unescape
from pathlib import Path

import yaml
from markdown.extensions.toc import slugify
from pages import IS_COURSE, soup
from playwright.sync_api import Page

DATA = yaml.safe_load((Path(__file__).parent / "queries.yml").read_text(encoding="utf-8"))
STRANGERS = {q: wanted.split() for q, wanted in DATA.pop("as strangers ask").items()}
QUERIES = {query: wanted.split() for queries in DATA.values() for query, wanted in queries.items()}
INDEX = "search/words.json"  # the file of a site that holds what its search looks at
CHARACTERS = 90  # that a reader pastes of a message
# What opens the search and is its field, the hits, what it says of them.
OPEN = FIELD = ".md-search__input"
HITS = ".md-search-result__item"
TOLD = ".md-search-result__meta"
TEASER, MARK = "p", "mark"
# Asks the worker that a page names, as its theme does.
ASK = """async ([script, queries]) => {
    const worker = new Worker(new URL(script, location)), found = [];
    const ask = query => new Promise((answer, fail) => {
        worker.onmessage = ({ data: { type, data } }) => {
            if (type == 3 && [query, undefined].includes(data.query)) answer(data.items);
        };
        worker.onerror = fail;
        worker.postMessage({ type: 2, data: query });
    });
    const best = page => page.reduce((a, b) => b.score > a.score ? b : a).location;
    for (const query of queries) {
        found.push((await ask(query)).slice(0, 3).map(best));
    }
    worker.terminate();
    return found;
}"""


def sections(folder: Path) -> list[dict]:
    """The sections that the search of a site looks at."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    found = []
    for number, (page, _, *rows) in enumerate(index["pages"]):
        texts = json.loads((folder / f"search/texts/{number}.json").read_text(encoding="utf-8"))
        for place, ((title, *rest), text) in enumerate(zip(rows, texts, strict=True)):
            anchor = (
                rest[2] if len(rest) > 2 else slugify(unescape(re.sub("<[^>]*>", "", title)), "-")
            )
            location = f"{page}#{anchor}" if place or len(rest) > 2 else page
            found.append({"location": location, "title": title, "text": text})
    return found


def first_hits(page: Page, queries: list[str]) -> dict[str, list[str]]:
    """The best section of each of the first three hits, by query; `page` shows the front page."""
    script = page.evaluate("JSON.parse(document.getElementById('__config').textContent).search")
    return dict(zip(queries, page.evaluate(ASK, [script, queries]), strict=True))


def is_wanted(location: str, wanted: list[str]) -> bool:
    """Whether a section is one of those wanted, of which `page/*` stands for all of a page."""
    return any(
        location == each or (each.endswith("*") and location.startswith(each[:-1]))
        for each in wanted
    )


def misses(
    hits: dict[str, list[str]], wanted: dict[str, list[str]]
) -> dict[str, tuple[list[str], list[str]]]:
    """What came and what was wanted, of queries whose first hit is another."""
    firsts = {query: next(iter(hits[query]), "") for query in wanted}
    return {
        query: (hits[query], wanted[query])
        for query in wanted
        if not is_wanted(firsts[query], wanted[query])
    }


def shown_errors(folder: Path, *pages: str) -> list[tuple[str, str]]:
    """The first line of each error that these pages show to all, and the address of its section.

    What follows the box of an exercise belongs to the section that the box is in.
    """
    found = []
    for page in pages:
        for error in soup(folder / page).select(".output.error pre"):
            if error.find_parent(attrs={"data-search-exclude": True}) is None:
                box = error.find_parent("section", class_="exercise")
                above = error.find_all_previous(["h2", "h3"], id=True)
                section = next(
                    h["id"]
                    for h in above
                    if h.find_parent("section", class_="exercise") in (None, box)
                )
                found.append((error.get_text().partition("\n")[0], f"{page}#{section}"))
    return found


def messages(folder: Path) -> dict[str, list[str]]:
    """Each error of the pages of errors and old code, with and without its class; its sections.

    Of two that begin alike either section will do, and so will one that the message's words head.
    """
    ours = shown_errors(folder, "tutorials/look_up/errors/", "tutorials/porting/old_code/")
    others = {
        doc["location"]: doc["title"]
        for doc in sections(folder)
        if IS_COURSE(doc["location"].partition("/")[2])
    }
    wanted: dict[str, list[str]] = {}
    for line, _ in ours:
        text = line.partition(": ")[2]
        alike = [section for other, section in ours if other[:60] == line[:60]]
        alike += [
            at
            for at, title in others.items()
            if " " in title and text.startswith(re.sub("<[^>]*>", "", title))
        ]
        wanted |= {line: alike, text[:CHARACTERS]: alike}
    return wanted


def headed_names(folder: Path) -> dict[str, list[str]]:
    """The names in headings of tutorials, and the sections of the course headed so, else all.

    Not of the page on the original notebook, which comes behind others.
    """
    found: dict[str, list[str]] = {}
    for section in sections(folder):
        for name in re.findall(r"<code>([\w.]+)</code>", section["title"]):
            taught = re.match("tutorials/(?!about/)", section["location"])
            if taught and re.search(r"[._]|[a-z][A-Z]", name):
                found.setdefault(name.replace("jax.lax.", "lax."), []).append(section["location"])
    wanted = {}
    for name in found:
        alike = [
            at
            for other, places in found.items()
            if f".{other}".endswith(f".{name}")
            for at in places
        ]
        course = [
            at
            for at in alike
            if IS_COURSE(at.removeprefix("tutorials/").partition("/#")[0].strip("/"))
        ]
        wanted[name] = course or alike
    return wanted
