"""What a page knows of its reader: where the course goes on, what was read and done, kept in the browser alone."""

import re

import pytest
from pages import TUTORIALS, wait_until

pytestmark = pytest.mark.xdist_group("accessibility")

FIRST, SECOND = "tutorials/jax/gradients/", "tutorials/jax/batching/"


def test_a_page_says_where_it_stands_and_leads_to_the_others_of_its_part(light, address):
    light.goto(address + SECOND)
    where = light.get_by_role("navigation", name="Place in the course")
    assert where.locator("p").inner_text().split() == ["Five", "on", "JAX", "2", "of", str(len(TUTORIALS))]
    links = where.get_by_role("link").all()
    assert len(links) == 5
    assert [link.get_attribute("aria-current") for link in links] == [None, "page", None, None, None]
    links[0].click()
    assert light.url == address + FIRST
    light.goto(address + "tutorials/porting/names/")
    assert not light.locator(".where").count()


def test_what_was_read_is_marked_and_the_front_page_continues_with_the_next(light, address):
    light.goto(address)
    assert not light.locator(".continue").is_visible()
    light.goto(address + FIRST)
    light.goto(address)
    seen = light.locator(".cards a.seen")
    assert [link.get_attribute("href") for link in seen.all()] == [FIRST]
    light.locator(".continue a").click()
    assert light.url == address + SECOND


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
    assert page.locator(".where p").is_visible()
    assert not page.locator(".exercise input").count()
    assert not page.locator(".answers").count()
    # The palette is that of the system.
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(21, 25, 30)"
    context.close()


def test_a_link_to_an_exercise_shows_its_heading(light, address):
    light.goto(address + "exercises/")
    light.locator("td a[href*='#exercise-']").nth(1).click()
    heading = light.locator("section.exercise", has=light.locator(":target")).locator("h2, h3").first
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
        document.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
        return [data.getData("text/plain"), formula.querySelector("annotation").textContent];
    }""")
    assert f"${copied[1]}$" in copied[0]


def test_on_a_phone_the_keyboard_reaches_menu_and_search_and_nothing_that_is_closed(narrow, address):
    narrow.goto(address + FIRST)
    focused = "() => document.activeElement.ariaLabel || document.activeElement.textContent.trim()"
    stops = []
    for _ in range(5):
        narrow.keyboard.press("Tab")
        stops.append(narrow.evaluate(focused))
    assert stops[0] == "Skip to content"
    assert stops[1] == "Menu"
    assert stops[3] == "Search"
    assert narrow.evaluate("document.querySelector('article').contains(document.activeElement)")  # none of the menu
    narrow.get_by_role("button", name="Menu").focus()
    narrow.keyboard.press("Enter")
    links = narrow.locator(".md-sidebar--primary a:visible")
    part = [path for path in TUTORIALS if path.startswith("tutorials/jax/")]
    others = ["tutorials/haiku/transform/", "tutorials/beyond/training_loops/"]  # where the links to other parts lead
    reached = set()
    for _ in range(links.count() + 6):
        narrow.keyboard.press("Tab")
        reached.add(narrow.evaluate("() => document.activeElement.href || ''"))
    assert {address + path for path in [*part, *others]} <= reached
    narrow.keyboard.press("Escape")
    assert narrow.evaluate(focused) == "Menu"
    assert not narrow.evaluate("document.getElementById('__drawer').checked")
