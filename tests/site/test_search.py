"""What the search box finds, and what does not drown it."""

import gzip
import json
import re
import string

import pytest
from pages import ROOT, soup
from searches import (
    DATA,
    FIELD,
    HITS,
    INDEX,
    MARK,
    OPEN,
    QUERIES,
    STRANGERS,
    TEASER,
    TOLD,
    first_hits,
    headed_names,
    is_wanted,
    messages,
    misses,
    sections,
    shown_errors,
)

pytestmark = pytest.mark.xdist_group("search")

WORDS = "assets/asked.json"
SHOWN = 10  # hits that get texts


@pytest.fixture(scope="module")
def search(new_page, address):
    """A page whose search box is open."""
    page = new_page()
    page.goto(address)
    page.locator(OPEN).click()
    return page


def ask(page, query):
    """Put in a query; its hits."""
    box, found = page.locator(FIELD), page.locator(HITS)
    for text, state in (("", "detached"), (query, "visible")):
        box.fill(text)
        found.first.wait_for(state=state, timeout=20_000)
    return found


def test_a_query_of_readers_finds_its_section_first(search, site):
    assert misses(first_hits(search, list(QUERIES)), QUERIES) == {}


def test_nine_of_ten_queries_of_strangers_find_their_page_first(search, site):
    missed = misses(first_hits(search, list(STRANGERS)), STRANGERS)
    assert len(missed) <= len(STRANGERS) / 10, missed


def test_the_queries_are_many_and_want_sections_that_there_are(site):
    locations = {section["location"] for section in sections(site)}
    wanted = {each for several in (QUERIES | STRANGERS).values() for each in several}
    assert [
        each for each in wanted if not any(is_wanted(location, [each]) for location in locations)
    ] == []
    assert len(QUERIES) >= 120
    assert len(STRANGERS) >= 250
    assert len(DATA["synonyms"]) >= 20


def test_every_message_of_the_pages_of_errors_and_of_old_code_finds_a_section_that_shows_it_first(
    site, search
):
    wanted = messages(site)
    assert len(wanted) >= 150
    assert misses(first_hits(search, list(wanted)), wanted) == {}


def test_every_name_in_a_heading_finds_the_page_of_the_course_that_is_headed_so_first(site, search):
    wanted = headed_names(site)
    assert len(wanted) >= 100
    found = first_hits(search, list(wanted))
    first_page = {
        name: [f"{places[0].partition('#')[0]}*", *places] for name, places in wanted.items()
    }
    assert misses(found, first_page) == {}


def test_every_section_has_the_first_line_of_each_error_that_it_shows(site):
    text = {
        section["location"]: re.sub("<[^>]*>", "", section["text"]) for section in sections(site)
    }
    pages = sorted(
        {location.partition("#")[0] for location in text if location.startswith("tutorials/")}
    )
    shown = [(line, at) for line, at in shown_errors(site, *pages) if at in text]
    assert len(shown) >= 150
    escaped = [
        (line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), at)
        for line, at in shown
    ]
    assert [(line, at) for line, at in escaped if line.strip() not in text[at]] == []


def test_enter_leads_to_the_first_hit_of_the_box(search, site, address):
    queries = [next(iter(group)) for group in DATA.values()]
    hits = first_hits(search, queries)
    for query in queries:
        first = ask(search, query).first
        scored = [
            (link.locator("article").get_attribute("data-md-score"), link)
            for link in first.locator("a").all()
        ]
        _, best = max(scored, key=lambda pair: float(pair[0]))
        assert best.get_attribute("href") == address + hits[query][0]
        search.locator(FIELD).press("Enter")
        search.wait_for_url(address + hits[query][0])
        search.goto(address)
        search.locator(OPEN).click()


def paste(page, text):
    """By the browser's own command, as its menu calls it: no key goes up."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "commands": ["paste"]})


def dictate(page, text):
    """As speech, a phone's menu and its keyboard of words do: the text is there at once."""
    page.keyboard.insert_text(text)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("put", [paste, dictate])
def test_a_text_that_is_not_typed_is_searched_like_one_that_is(new_page, address, put, width):
    message = "Gradient only defined for scalar-output functions. Output had shape: (7,)"
    page = new_page(width, has_touch=True, is_mobile=width < 500)
    page.goto(address)
    page.evaluate("addEventListener('keyup', event => event.isTrusted && (window.key = event))")
    page.get_by_role("button", name="Search").or_(page.locator(FIELD)).locator(
        "visible=true"
    ).first.tap()
    page.locator(FIELD).focus()
    put(page, message)
    page.locator(HITS, has_text="Gradient only defined").first.wait_for(timeout=20_000)
    assert page.locator(FIELD).input_value() == message
    assert page.evaluate("window.key === undefined")
    page.context.close()


def test_a_hit_shows_a_heading_and_marks_the_words_in_a_sentence_or_message(search):
    found = ask(search, "per-example gradients").first
    assert found.locator(f"h2 {MARK}").all_inner_texts()[:3] == ["Per", "example", "gradients"]
    found = ask(search, "ConcretizationTypeError").first
    assert found.locator(f"{TEASER} {MARK}").first.inner_text() == "ConcretizationTypeError"
    assert search.locator(f"{HITS} pre").count() == 0
    found = ask(search, "gradient of the norm with jax").first
    found.locator(TEASER).first.wait_for()  # its text comes after its title
    marked = found.locator(MARK).all_inner_texts()
    assert {"gradient", "norm"} <= {mark.lower() for mark in marked}
    assert not {"of", "the", "with"} & {mark.lower() for mark in marked}  # which say nothing
    answer = ask(search, "weight sharing").first  # in no sentence of its section
    assert len(answer.locator(TEASER).first.inner_text()) > 40


def test_a_hit_shows_the_message_that_has_most_words_of_a_query(search):
    message = (
        ask(search, "parameter 'w' for module").first.locator(TEASER, has_text="ValueError").first
    )
    message.wait_for()
    assert message.locator(MARK).all_inner_texts()[:3] == ["parameter", "w", "module"]


@pytest.mark.parametrize(
    "query",
    ["padding=1 gives other output than pytorch", "clip the gradient norm", "my loss stays"],
)
def test_no_word_that_a_hit_shows_is_told_to_be_missing(search, query):
    found = ask(search, query)
    search.locator(f"{HITS} {MARK}").first.wait_for()
    search.locator(f"{HITS} del").first.wait_for(state="attached", timeout=20_000)  # by its text
    for hit in found.all():
        article = hit.locator("article").first
        shown = {mark.lower() for mark in article.locator("mark").all_text_contents()}
        assert not shown & set(article.locator("del").all_text_contents())


def test_no_sign_fails_the_search(site, search):
    signs = [*string.punctuation, "é", "中", "🙂"]
    queries = [
        each for sign in signs for each in (sign, f"vmap{sign}", f"{sign}vmap", f"vmap {sign} grad")
    ]
    said = []
    search.on("console", lambda message: message.type == "error" and said.append(message.text))
    found = first_hits(search, queries)
    assert said == []
    assert [
        query for query in queries if "vmap" in query and query != "vmap_" and not found[query]
    ] == []


def test_what_a_search_needs_is_fetched_when_the_field_gets_the_focus(new_page, address, site):
    page, asked = new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}tutorials/haiku/transform/", wait_until="networkidle")
    file = address + INDEX
    assert file not in asked
    with page.expect_response(file, timeout=20_000):
        page.locator(FIELD).focus()
    page.get_by_text("Type to start searching").wait_for()
    assert ask(page, "vmap").count() > 5
    assert asked.count(file) == 1


@pytest.mark.parametrize("query", ["vmap", "batch norm", "why is my jit function slow"])
def test_a_first_hit_takes_at_most_80_kilobytes_and_ten_pages_get_texts(
    new_page, address, site, query
):
    page, held, shown = new_page(), [], False
    page.route(
        "**/search/texts/*", lambda route: route.continue_() if shown else held.append(route)
    )
    page.goto(address)
    page.locator(OPEN).click()
    found = ask(page, query)
    shown = True
    assert len(gzip.compress((site / "search/words.json").read_bytes(), 6)) <= 80_000
    for route in held:
        route.continue_()
    for hit in found.all()[:SHOWN]:
        if "reference/api/" not in hit.locator("a").first.get_attribute("href"):  # of tables alone
            hit.locator(TEASER).first.wait_for(state="attached", timeout=20_000)


def test_a_search_that_cannot_be_loaded_says_so_and_the_next_query_tries_again(
    new_page, address, site
):
    page = new_page()
    page.set_default_timeout(10_000)
    file = INDEX
    page.route(f"**/{file}", lambda route: route.abort())
    page.goto(address)
    page.locator(OPEN).click()
    page.locator(FIELD).press_sequentially("vma")
    page.locator(TOLD).get_by_text("The search could not be loaded.").wait_for()
    page.unroute(f"**/{file}")
    page.locator(FIELD).press("p")
    page.locator(HITS).first.wait_for()


def test_the_list_of_words_names_sections_that_there_are_and_each_of_its_words_finds_its_section(
    site, search
):
    listed = json.loads((ROOT / "docs" / WORDS).read_text(encoding="utf-8"))
    assert listed.pop("names")  # of modules, as pages write them
    assert all((site / page / "index.html").is_file() for page in listed.pop("instead"))
    assert all((site / folder).is_dir() for folder in listed.pop("behind"))
    locations = {section["location"] for section in sections(site)}
    assert [location for location in listed if location not in locations] == []
    wanted = {word: [location] for location, words in listed.items() for word in words}
    assert len(wanted) == sum(map(len, listed.values()))
    assert misses(first_hits(search, list(wanted)), wanted) == {}


MISSPELT = {
    "gradeint": "Gradients of anything: jax.grad",
    "batchnrom": "State and randomness in a network",
    "derivitive": "Your own derivatives, and what gradients cost",
}


def test_one_typo_is_forgiven_and_told(search):
    for query, heading in MISSPELT.items():
        found = ask(search, query)
        search.locator(TOLD).get_by_text(f"no page has “{query}”").wait_for(timeout=10_000)
        assert heading in found.first.inner_text()
        assert search.locator(FIELD).input_value() == query


def test_a_search_that_finds_nothing_leads_on(search):
    box, told = search.locator(FIELD), search.locator(TOLD)
    box.fill("qqqqqq")
    told.get_by_text("Look through the").wait_for(timeout=10_000)
    assert told.get_by_role("link").all_inner_texts() == ["glossary", "names", "error messages"]


def test_outputs_solutions_and_checks_are_not_searched(site):
    everything = "".join(section["text"] for section in sections(site))
    everything = re.sub(r"<pre>(?!<code>).*?</pre>", "", everything)  # first lines of errors
    assert "hk.transform" in everything
    for unwanted in (
        "This cell is meant to fail",
        "Traceback",
        "dtype=float32)}",
        "write your code here",
    ):
        assert unwanted not in everything


def test_the_parts_of_an_error_that_are_not_searched_are_on_the_page(site):
    page = soup(site / "tutorials/look_up/errors")
    rest = [span.get_text() for span in page.select(".output.error pre > span")]
    assert rest
    assert all(text.startswith("\n") for text in rest)
