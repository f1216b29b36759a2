"""What a page knows of its reader: what was read and done, kept in the browser alone."""

import re
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader
from pages import EXECUTED, PARTS, ROOT, soup, wait_until

from publishing.read.percent import read_tutorials

pytestmark = pytest.mark.xdist_group("reader")

SIZES = [len(pages) for pages in PARTS.values()]
ORDER = [page for pages in PARTS.values() for page in pages]
FIRST, SECOND, THIRD = ORDER[:3]
END_OF_A_PART, START_OF_THE_NEXT = ORDER[SIZES[0] - 1], ORDER[SIZES[0]]


def test_a_page_says_where_it_stands_in_the_parts_of_the_course(site):
    assert {*EXECUTED} - {*ORDER} == {"tutorials/about/original/"}
    assert not soup(site / "tutorials/about/original").find_all(class_="where")
    for path in ORDER:
        (where,) = soup(site / path).find_all("nav", attrs={"aria-label": "Place in the course"})
        assert [len(group.find_all("i")) for group in where.find_all("li")] == SIZES
        (here,) = where.find_all("i", class_="here")
        part, number, _, size = where.p.get_text().rsplit(maxsplit=3)
        (group,) = where.find_all("a", attrs={"aria-current": "step"})
        assert group["title"] == part
        assert int(size) == len(group.find_all("i"))
        assert group.find_all("i")[int(number) - 1] is here
        assert urljoin(path, here["data-page"]) == path


def test_the_groups_are_links_that_say_how_much_of_them_was_read(light, address):
    light.goto(address + FIRST)
    light.goto(address + SECOND)
    links = (
        light.get_by_role("navigation", name="Place in the course")
        .locator("ol")
        .get_by_role("link")
    )
    assert links.evaluate_all("all => all.map(link => link.ariaLabel)")[:2] == [
        f"{title}, {read} of {size} read"
        for title, read, size in zip(PARTS, (2, 0), SIZES, strict=False)
    ]
    assert min(link.bounding_box()["height"] for link in links.all()) >= 24
    links.nth(1).click()
    assert light.url == address + START_OF_THE_NEXT
    light.goto(address + "about/")
    assert not light.locator(".where").count()


def test_progress_is_pages_read_of_all_and_exercises_done_of_all(light, address):
    exercises = sum(
        one.exercise is not None
        for tutorial in read_tutorials(ROOT / "tutorials")
        for one in tutorial.cells
    )
    light.goto(address)
    assert (
        light.locator(".progress").inner_text()
        == f"0 of {len(EXECUTED)} pages read, 0 of {exercises} exercises done"
    )
    light.goto(address + FIRST)
    assert light.locator(".progress").inner_text() == f"0 of {exercises} exercises"
    light.locator("section.exercise").first.get_by_label("Done").check()
    assert light.locator(".progress").inner_text() == f"1 of {exercises} exercises"
    light.reload()
    assert light.locator(".progress").inner_text() == f"1 of {exercises} exercises"
    for page in ("exercises/", ""):
        light.goto(address + page)
        assert (
            light.locator(".progress").inner_text()
            == f"1 of {len(EXECUTED)} pages read, 1 of {exercises} exercises done"
        )
    light.goto(address + "tutorials/about/original/")
    light.goto(address)
    assert light.locator(".progress").inner_text().startswith("2 of "), "in whatever part it is"


@pytest.mark.parametrize(
    ("read", "next_one"),
    [
        ([FIRST], SECOND),
        ([FIRST, SECOND], THIRD),
        ([END_OF_A_PART], START_OF_THE_NEXT),
        ([ORDER[-1]], FIRST),
    ],
)
def test_what_was_read_is_marked_and_the_front_page_goes_on_after_it(
    new_page, address, read, next_one
):
    page = new_page()
    page.goto(address)
    begin = page.locator(".begin")
    assert begin.inner_text() == "Start with JAX"
    where = begin.bounding_box()
    for path in read:
        page.goto(address + path)
    page.goto(address)
    seen = page.locator(".cards a.seen")
    assert [link.get_attribute("href") for link in seen.all()] == read
    assert begin.inner_text().startswith("Go on: ")
    assert begin.bounding_box() == where  # nothing moves for it
    begin.click()
    assert page.url == address + next_one
    page.close()


def test_an_exercise_that_is_ticked_stays_ticked_and_is_marked_in_the_table(light, address):
    light.goto(address + FIRST)
    exercise = light.locator("section.exercise").first
    exercise.get_by_label("Done").check()
    light.reload()
    assert exercise.get_by_label("Done").is_checked()
    light.goto(address + "exercises/")
    rows = light.locator("tr.done")
    assert rows.count() == 1
    assert rows.locator("a").first.get_attribute("href").startswith(f"../{FIRST}#exercise-")


def test_nothing_of_it_is_needed_where_no_script_runs(browser, address):
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(address + SECOND)
    assert page.locator(".where p").first.is_visible()
    assert re.fullmatch(r"\d+ exercises", page.locator(".progress").inner_text())
    assert page.locator(".where i.here").is_visible()
    assert not page.locator(".where .seen").count()
    assert not page.locator(".exercise input").count()
    assert not page.locator(".answers").count()
    # The palette is that of the system.
    assert (
        page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        == "rgb(21, 25, 30)"
    )
    context.close()


def test_a_link_to_an_exercise_shows_its_heading(light, address):
    light.goto(address + "exercises/")
    light.locator("td a[href*='#exercise-']").nth(1).click()
    heading = (
        light.locator("section.exercise", has=light.locator(":target")).locator("h2, h3").first
    )
    heading.wait_for()
    wait_until(light, "() => window.scrollY > 100")
    top = heading.bounding_box()["y"]
    assert 40 < top < 300


def test_all_answers_of_a_page_open_and_close_at_once(light, address):
    light.goto(address + SECOND)
    answers = light.locator("details", has=light.locator("summary", has_text=re.compile("^Answer")))
    assert answers.count() >= 2
    light.get_by_role("button", name="Open all answers").click()
    assert answers.evaluate_all("all => all.every(answer => answer.open)")
    light.get_by_role("button", name="Close all answers").click()
    assert not answers.evaluate_all("all => all.some(answer => answer.open)")


def test_a_formula_is_copied_as_latex(light, address):
    light.goto(address + "tutorials/haiku/update/")
    copied = light.evaluate("""() => {
        const formula = document.querySelector("article p math");
        const range = document.createRange();
        range.selectNode(formula.parentElement);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        const data = new DataTransfer();
        const options = {clipboardData: data, bubbles: true, cancelable: true};
        document.dispatchEvent(new ClipboardEvent("copy", options));
        return [data.getData("text/plain"), formula.querySelector("annotation").textContent];
    }""")
    assert f"${copied[1]}$" in copied[0]


def test_on_a_phone_the_keyboard_reaches_menu_and_search_and_nothing_that_is_closed(
    narrow, address
):
    narrow.goto(address + FIRST)
    focused = "() => document.activeElement.ariaLabel || document.activeElement.textContent.trim()"
    stops = []
    for _ in range(6):
        narrow.keyboard.press("Tab")
        stops.append(narrow.evaluate(focused))
    assert stops[0] == "Skip to content"
    assert stops[1] == "Menu"
    assert stops[3] == "Contents of this page"
    assert stops[4] == "Search"
    assert narrow.evaluate(
        "document.querySelector('article').contains(document.activeElement)"
    )  # none of the menu
    narrow.get_by_role("button", name="Menu").focus()
    narrow.keyboard.press("Enter")
    links = narrow.locator(".md-sidebar--primary a:visible")
    part, *others = PARTS.values()
    others = [pages[0] for pages in others]  # where the links to other parts lead
    reached = set()
    for _ in range(links.count() + 6):
        narrow.keyboard.press("Tab")
        reached.add(narrow.evaluate("() => document.activeElement.href || ''"))
    assert {address + path for path in [*part, *others]} - {address + FIRST} <= reached
    narrow.keyboard.press("Escape")
    assert narrow.evaluate(focused) == "Menu"
    assert not narrow.evaluate("document.getElementById('__drawer').checked")


@pytest.mark.parametrize(
    ("repository", "begins"),
    [("owner/name", "https://github.com/owner/name/issues/"), ("", "mailto:?")],
)
@pytest.mark.parametrize(
    "page", [None, {"title": "A <em>page</em> & more", "canonical_url": "https://site.test/x/"}]
)
def test_a_mistake_can_be_reported_from_every_build(repository, begins, page):
    templates = Environment(loader=FileSystemLoader(ROOT / "docs/overrides/partials"))
    templates.filters["url"] = str
    footer = templates.get_template("copyright.html").render(
        config={"extra": {"repository": repository}}, page=page
    )
    links = {
        link.get_text(): link["href"] for link in BeautifulSoup(footer, "html.parser").find_all("a")
    }
    assert links["Report a mistake"].startswith(begins)
    assert ("A%20page%20" in links["Report a mistake"]) == bool(page)
