"""Pages to look things up in: filters, the meaning of a word, an address that is not here."""

import re

import pytest
from pages import soup, wait_until

pytestmark = pytest.mark.xdist_group("look_up")

ERRORS, NAMES = "tutorials/look_up/errors/", "tutorials/look_up/names/"
GLOSSARY, SNIPPETS, PORTING = "glossary/", "reference/snippets/", "reference/porting/"


def filtered(page, words: str) -> str:
    """Type words into the filter, and read what it says."""
    page.locator(".filter").get_by_role("searchbox").fill(words)
    return page.locator(".filter [role=status]").inner_text()


@pytest.mark.parametrize("path", [ERRORS, NAMES, "tutorials/about/original/"])
def test_a_page_of_entries_begins_with_its_filter_and_ends_with_how_to_run_it(site, path):
    article = soup(site / path).article
    assert article.find(class_="filter").find_previous(["h2", "h3"]) is None
    assert not article.find(class_="abstract")
    assert article.find(class_="run-it").find_next(["h2", "h3"]) is None


@pytest.mark.parametrize(
    ("path", "words", "first", "most"),
    [
        (ERRORS, "scalar-output", "Gradient only defined for scalar-output functions", 4),
        (
            ERRORS,
            "TypeError: Gradient only defined for scalar-output functions. Output had shape: (7,)",
            "Gradient only",
            3,
        ),
        (
            ERRORS,
            "The input carry total has type float32[16] but the corresponding output carry"
            " component has type float32[16@data].",
            "but the corresponding output carry component",
            2,
        ),
        (
            ERRORS,
            "The output of true_fun has type float32[16@data] but the corresponding output of"
            " false_fun has type float32[16].",
            "but the corresponding output of false_fun",
            1,
        ),
        (
            ERRORS,
            "The input carry total has type float32[] but the corresponding output carry component"
            " has type float32[]{V:data}, so the manual axis types do not match.",
            "so the manual axis types",
            1,
        ),
        (ERRORS, "zzzz leaked", "", 30),
        (NAMES, "hk.BatchNorm", "hk.BatchNorm", 8),
        (NAMES, "truncatednormal stddev", "hk.initializers.TruncatedNormal", 12),
        (GLOSSARY, "also called BN", "Batch normalisation", 2),
        (GLOSSARY, "trace", "", 30),
        (SNIPPETS, "mean_squared_error", "mean_squared_error", 8),
        (PORTING, "carry state equinox module", "port_to_equinox", 3),
    ],
)
def test_the_filter_leaves_the_entries_that_have_the_words(
    light, address, path, words, first, most
):
    light.goto(address + path)
    level = "h2" if path == GLOSSARY else "h3"
    entries = light.locator(f"article {level}")
    every = entries.count()
    said = filtered(light, words)
    shown = [
        heading.removesuffix("\u00b6").strip()
        for heading in light.locator(f"article {level}:visible").all_inner_texts()
    ]
    assert said.startswith(f"{len(shown)} of {every}")
    assert 1 <= len(shown) <= most
    assert any(heading.startswith(first) for heading in shown)
    # What belongs to the others is away with them, and so is a group of which nothing is left.
    assert light.locator("article h2:visible").count() <= len(shown)
    assert filtered(light, "") == f"{every} entries"
    assert light.locator(f"article {level}:visible").count() == every


@pytest.mark.parametrize(
    "path", [ERRORS, NAMES, "tutorials/about/original/", GLOSSARY, SNIPPETS, PORTING]
)
def test_what_precedes_the_entries_makes_room_for_those_that_are_found(light, address, path):
    light.goto(address + path)
    entries = light.locator("article h2" if path == GLOSSARY else "article h3")
    last = entries.last.inner_text().removesuffix("\u00b6").strip()
    filtered(light, last)
    filter_, found = (
        light.locator(".filter").bounding_box(),
        # The heading of its group, which may say what it is about, or its own.
        light.locator("article :is(h2, h3):visible").first.bounding_box(),
    )
    assert 0 < found["y"] - filter_["y"] < 300


def test_the_source_of_a_function_is_no_reason_to_show_it(light, address):
    light.goto(address + SNIPPETS)
    sources = light.locator(".mkdocstrings-source").all_text_contents()
    outside = light.locator("article").evaluate("""page => {
        const copy = page.cloneNode(true);
        copy.querySelectorAll(".mkdocstrings-source").forEach(fold => fold.remove());
        return copy.textContent.toLowerCase();
    }""")
    words = {
        word
        for source in sources
        for word in re.findall(r"[a-z_]{5,}", source.lower())
        if word not in outside
    }
    word = max(words, key=len)
    said = filtered(light, word)
    assert said.startswith("0 of ") or f"for “{word}”" in said  # no entry has it


@pytest.mark.parametrize(
    ("path", "words", "read", "best"),
    [
        (
            ERRORS,
            "scalr outputs",
            "“scalar” for “scalr”",
            "Gradient only defined for scalar-output",
        ),
        (ERRORS, "gradeint", "“gradient” for “gradeint”", ""),
        (NAMES, "hk.BatchNrom", "“hk.batchnorm” for “hk.batchnrom”", ""),
        (ERRORS, "consumed gradient", "", "Previously-consumed key"),
        (GLOSSARY, "tracer", "", ""),
    ],
)
def test_the_filter_reads_a_slip_of_the_pen_and_leads_to_the_best_of_several_entries(
    light, address, path, words, read, best
):
    light.goto(address + path)
    said = filtered(light, words)
    assert read in said
    links = light.locator(".filter [role=status] a")
    assert links.count() == (not said.startswith(("0 of", "1 of")))
    if links.count():
        assert links.inner_text().startswith(best)
        links.click()
        target = light.locator(":target")
        assert target.inner_text().removesuffix("\u00b6").strip() == links.inner_text().strip()
        assert target.is_visible()
        assert filtered(light, words) == said  # the others stay away


def test_a_page_of_errors_asks_for_the_message_and_one_of_names_for_words(light, address):
    asked = {}
    for path in (ERRORS, NAMES):
        light.goto(address + path)
        field = light.locator(".filter input")
        asked[path] = (field.get_attribute("placeholder"), field.get_attribute("aria-label"))
    assert asked[ERRORS] == ("Paste your error here", "Paste your error here")
    assert asked[NAMES] == ("Words of an entry", "Show the entries with these words")


def test_words_that_no_entry_has_leave_none_and_a_link_to_an_entry_brings_all_back(light, address):
    light.goto(address + ERRORS)
    assert filtered(light, "qqqqqq").startswith("0 of ")
    target = light.locator("article h3").nth(5).get_attribute("id")
    light.evaluate(f"location.hash = '{target}'")
    wait_until(light, f"document.getElementById('{target}').checkVisibility()")


def test_exercises_are_chosen_by_kind_time_words_and_what_is_done(light, address):
    light.goto(address + "exercises/")
    rows = light.locator(".exercises tbody tr:visible")
    every = rows.count()
    light.get_by_label("Kind").select_option("predict")
    predict = rows.count()
    assert 5 < predict < every
    light.get_by_label("Time").select_option("5")
    assert 0 < rows.count() < predict
    assert all(int(minutes) <= 5 for minutes in rows.locator("td:nth-child(5)").all_inner_texts())
    for name in ("Kind", "Time"):
        light.get_by_label(name).select_option("")
    assert filtered(light, "vmap").startswith(f"{rows.count()} of {every}")
    filtered(light, "")
    id = re.search("#exercise-(.*)", rows.first.locator("a").first.get_attribute("href"))[1]
    rows.first.locator("a").first.click()
    light.locator(f"[data-exercise={id}]").get_by_label("Done").check()
    light.goto(address + "exercises/")
    light.get_by_label("State").select_option("done")
    assert rows.count() == 1
    light.get_by_label("State").select_option("todo")
    assert rows.count() == every - 1


@pytest.mark.parametrize(
    "path", [ERRORS, "exercises/", "reference/api/", GLOSSARY, SNIPPETS, PORTING]
)
def test_without_scripts_there_is_no_filter_and_no_hole_for_it(browser, address, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + path)
    assert page.locator(".filter").evaluate("box => box.offsetHeight") == 0
    context.close()


def test_many_pages_of_a_name_are_behind_their_number(light, address):
    light.goto(address + "reference/api/")
    cells = light.locator(".names td:nth-child(3)")
    links = cells.evaluate_all(
        """all => all.map(cell =>
            [...cell.querySelectorAll('a')].filter(link => link.checkVisibility()).length)"""
    )
    assert max(links) <= 2
    many = light.locator(
        ".names tr", has=light.get_by_role("link", name="jax.jit", exact=True)
    ).locator("details")
    many.locator("summary").click()
    assert (
        many.locator("a:visible").count()
        == int(many.locator("summary").inner_text().split()[0])
        > 10
    )


TERMS = "tutorials/jax/batching/"


def test_a_word_of_the_glossary_shows_its_meaning_under_pointer_and_focus_and_escape_hides_it(
    light, address
):
    light.goto(address + TERMS)
    term = light.locator(".term").first
    link, told = term.locator("a"), term.locator("[role=tooltip]")
    assert not told.is_visible()
    link.focus()
    told.wait_for()
    box, word = told.bounding_box(), link.bounding_box()
    assert abs(box["y"] - word["y"] - word["height"]) < 40  # beside it
    light.keyboard.press("Escape")
    assert not told.is_visible()
    link.blur()
    link.hover()
    told.wait_for()
    told.hover()  # it stays while one reads it
    assert told.is_visible()
    assert link.get_attribute("aria-describedby") == told.get_attribute("id")


def test_what_a_word_means_is_what_the_glossary_says_first(site):
    page, glossary = soup(site / TERMS), soup(site / "glossary")
    terms = page.article.select(".term")
    assert len(terms) > 3
    for term in terms:
        entry = glossary.find(id=term.a["href"].partition("#")[2]).find_next("p").get_text()
        assert " ".join(entry.split()).startswith(term.find(role="tooltip").get_text())


@pytest.mark.parametrize("width", [320, 390, 800])
def test_on_a_touch_screen_the_first_touch_shows_the_meaning_and_the_second_follows(
    browser, address, width
):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address + TERMS)
    for term in [term for term in page.locator(".term").all() if term.is_visible()]:
        link, told = term.locator("a"), term.locator("[role=tooltip]")
        link.evaluate("link => link.scrollIntoView({block: 'center', behavior: 'instant'})")
        link.tap()
        told.wait_for()
        box = told.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.url == address + TERMS
        page.touchscreen.tap(4, 100)  # beside the text
        told.wait_for(state="hidden")
    link.tap()
    told.wait_for()
    link.tap()
    page.wait_for_url("**/glossary/#*")
    context.close()


def test_a_word_of_the_glossary_leads_to_its_entry_where_no_script_runs(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + TERMS)
    term = page.locator(".term").first
    term.locator("a").hover()
    term.locator("[role=tooltip]").wait_for()
    term.locator("a").click()
    assert "/glossary/#" in page.url
    context.close()


@pytest.mark.parametrize(
    ("missing", "wanted"),
    [
        ("tutorials/jax/gradient/", "tutorials/jax/gradients/"),
        ("haiku/transform.html", "tutorials/haiku/transform/"),
        ("docs/glosary", "glossary/"),
        ("error-messages/", "tutorials/look_up/errors/"),
    ],
)
def test_an_address_that_is_not_here_leads_to_what_is_named_like_it(
    light, address, missing, wanted
):
    light.goto(address + "404.html")
    body = light.content()
    light.route(
        f"**/{missing}",
        lambda route: route.fulfill(status=404, response=light.request.get(address + "404.html")),
    )
    light.goto(address + missing)
    assert "Perhaps you want" in light.locator("article").inner_text(), body
    guesses = light.locator("article p", has_text="Perhaps you want").locator("a")
    assert wanted in [
        guess.get_attribute("href").removeprefix("/course/") for guess in guesses.all()
    ]


def test_an_address_that_is_like_nothing_has_no_guess_and_all_pages(light, address):
    light.route(
        "**/qqq/",
        lambda route: route.fulfill(status=404, response=light.request.get(address + "404.html")),
    )
    light.goto(address + "qqq/")
    assert not light.get_by_text("Perhaps you want").count()
    assert light.locator(".missing a").count() > 35
