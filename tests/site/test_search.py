"""What the search box finds, and what does not drown it."""

import json

import pytest

pytestmark = pytest.mark.xdist_group("site")

TRANSFORM = "hk.transform: from module to pure function"
MESSAGES = "Error messages of JAX and Haiku, explained"
QUERIES = {
    "hk.transform": TRANSFORM,
    "tree.map": "vmap: write for one example, run on a batch",  # which tells the two apart
    "without_apply_rng": "Haiku by frequency",
    "apply_rng": "Run an old Haiku script on today's JAX",
    "debug_key_reuse": "Random keys, not seeds",
    "symmetry": TRANSFORM,
    "learning rate": "Gradient descent by hand",
    "per-example gradients": "vmap: write for one example, run on a batch",
    "in_axes": MESSAGES,
    "hk.BatchApply": "Haiku by frequency",
    "jax.tree_map": "Run an old Haiku script on today's JAX",
    # words of messages, as a reader pastes them
    "Abstract tracer value encountered": MESSAGES,
    "must be initialized inside an hk.transform": MESSAGES,
    "non-None PRNGKey to init and/or apply": MESSAGES,
    "Unable to retrieve parameter": MESSAGES,
    "Gradient only defined for scalar-output functions": MESSAGES,
    "vmap got inconsistent sizes": MESSAGES,
    "Array has been deleted": MESSAGES,
    "New parameters were created": MESSAGES,
}


@pytest.fixture(scope="module")
def search(new_page, address):
    """A page whose search box is open."""
    page = new_page()
    page.goto(address)
    page.locator(".md-search__input").click()
    return page


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_its_tutorial_among_the_first_three_hits_and_names_a_heading(search, query):
    box, hits = search.locator(".md-search__input"), search.locator(".md-search-result__item")
    for text, state in (("", "detached"), (query, "visible")):
        box.fill(text)
        box.press("End")  # Material listens to keys
        hits.first.wait_for(state=state, timeout=10_000)
    titles = [hit.locator("h1").first.inner_text() for hit in hits.all()[:3]]
    assert QUERIES[query] in titles
    wanted = hits.nth(titles.index(QUERIES[query]))
    assert wanted.locator("h2").count() >= 1 or wanted.locator("h1").count() == 1
    assert "/tutorials/" in wanted.locator("a").first.get_attribute("href")


MISSPELT = {
    "gradeint": "Gradients of anything: jax.grad",
    "batchnrom": "State and randomness in a network",
    "derivitive": "Gradients of anything: jax.grad",
}


@pytest.mark.parametrize("query", MISSPELT)
def test_one_typo_is_forgiven_and_told(search, query):
    box, told = search.locator(".md-search__input"), search.locator(".md-search-result__meta")
    box.fill(query)
    box.press("End")
    told.get_by_text(f"no page has “{query}”").wait_for(timeout=10_000)
    titles = [hit.locator("h1").first.inner_text() for hit in search.locator(".md-search-result__item").all()[:5]]
    assert MISSPELT[query] in titles
    assert box.input_value() == query


def test_a_search_that_finds_nothing_leads_on(search):
    box, told = search.locator(".md-search__input"), search.locator(".md-search-result__meta")
    box.fill("qqqqqq")
    box.press("End")
    told.get_by_text("Look through the").wait_for(timeout=10_000)
    assert told.get_by_role("link").all_inner_texts() == ["glossary", "names", "error messages"]


def test_outputs_solutions_and_checks_are_not_searched(site):
    index = json.loads((site / "search/search_index.json").read_text())
    everything = "".join(document["text"] for document in index["docs"])
    assert "hk.transform" in everything
    for unwanted in ("This cell is meant to fail", "Traceback", "dtype=float32)}", "write your code here"):
        assert unwanted not in everything
