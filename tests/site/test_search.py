"""What the search box finds, and what does not drown it."""

import json

import pytest

pytestmark = pytest.mark.xdist_group("site")

QUERIES = {
    "hk.transform": "From module to pure function",
    "tree.map": "One example in mind, a batch in hand",
    "without_apply_rng": "From module to pure function",
    "apply_rng": "From module to pure function",
    "UnexpectedTracerError": "Gradients of anything",
    "debug_key_reuse": "Keys, not seeds",
    "symmetry": "From module to pure function",
    "learning rate": "Gradient descent by hand",
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


def test_outputs_solutions_and_checks_are_not_searched(site):
    index = json.loads((site / "search/search_index.json").read_text())
    everything = "".join(document["text"] for document in index["docs"])
    assert "hk.transform" in everything
    for unwanted in ("This cell is meant to fail", "Traceback", "dtype=float32)}", "write your code here"):
        assert unwanted not in everything
