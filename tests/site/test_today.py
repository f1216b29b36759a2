"""Questions are answered by a choice; what was wrong comes back on the front page, days later."""

import datetime

import pytest
from answers import lessons
from pages import TUTORIALS

from publishing.read.diagnostic import join

pytestmark = pytest.mark.xdist_group("today")

PAGE = "tutorials/haiku/state/"
ASKED = "JSON.parse(localStorage.getItem(__md_scope.pathname + '.asked'))"
# How a page that asks has its lists: the place of the right one, and whether its answer is shown.
LISTS = """() => [...document.querySelectorAll("article .choose")].map(list => {
    const all = [...document.querySelectorAll("article :is(.choose, details)")];
    const next = all.slice(all.indexOf(list) + 1)
        .find(one => /^(Answer|Run it)/.test(one.querySelector("summary")?.textContent));
    return [Number(list.dataset.right), next != null && next.checkVisibility()];
})"""


@pytest.fixture
def on_day(new_page, address):
    """Opens a path in one browser, so many days after the first."""
    page = new_page()
    page.clock.install(time=datetime.datetime(2027, 3, 1, 12))

    def go(days: int, path: str):
        page.clock.set_fixed_time(datetime.datetime(2027, 3, 1, 12) + datetime.timedelta(days))
        page.goto(address + path)
        return page

    yield go
    page.context.close()


@pytest.mark.parametrize("path", [pytest.param(path, marks=pytest.mark.slow) for path in TUTORIALS])
def test_every_question_of_a_page_can_be_chosen_and_hides_its_answer_until_then(
    path, light, address
):
    light.goto(address + path)
    lesson = lessons()[path.removeprefix("tutorials/").strip("/")]
    predict = sum("predict" in cell.tags for cell in lesson.solved.code)
    boxes = sum(
        join(cell.lines).count('class="admonition question"')
        for cell in lesson.solved.cells
        if not cell.code
    )
    lists = light.evaluate(LISTS)
    assert max(predict, boxes) <= len(lists) <= predict + boxes
    assert not any(visible for _, visible in lists)
    closed = """boxes => boxes.every(box => getComputedStyle(box).borderBottomWidth != "0px")"""
    assert light.locator(".question").evaluate_all(closed)
    for place, (right, _) in enumerate(lists):
        light.locator(".choose").nth(place).get_by_role("button").nth(right).click()
    assert light.evaluate(LISTS) == [[right, True] for right, _ in lists]
    assert set(light.locator(".choose [role=status]").all_inner_texts()) == {"Right."}


@pytest.mark.sample
def test_a_wrong_choice_shows_the_right_one_and_stays(on_day):
    page = on_day(0, PAGE)
    choose = page.locator(".choose").first
    right = int(choose.get_attribute("data-right"))
    wrong = 0 if right else 1
    choose.get_by_role("button").nth(wrong).press("Enter")
    for _ in range(2):
        assert choose.locator("li.right").count() == choose.locator("li.wrong").count() == 1
        assert choose.get_by_role("button").nth(wrong).get_attribute("aria-pressed") == "true"
        assert choose.get_by_role("status").inner_text() == "Not so."
        page = on_day(0, PAGE)


def test_who_does_not_know_is_shown_and_asked_again(on_day):
    page = on_day(0, PAGE)
    page.locator(".choose").first.get_by_role("button", name="Show me").click()
    assert page.locator(".choose").first.locator("li.right").is_visible()
    assert page.locator("details[open]").first.is_visible()
    assert [times for times, _ in page.evaluate(ASKED).values()] == [0]


def test_what_was_wrong_comes_tomorrow_and_what_was_right_later_and_later(on_day):
    page = on_day(0, PAGE)
    right = int(page.locator(".choose").first.get_attribute("data-right"))
    page.locator(".choose").first.get_by_role("button").nth(1 if right == 0 else 0).click()
    status = page.locator(".today > [role=status]")
    on_day(0, "")
    page.locator(".today.live").wait_for()
    assert status.inner_text().endswith("tomorrow.")
    came, last = [], 0
    for day in range(1, 60):
        page = on_day(day, "")
        page.locator(".today.live").wait_for()
        if "due" not in (said := status.inner_text()) or said.startswith("Nothing"):
            continue
        assert said == "1 question is due."
        page.locator(".today > button").click()
        page.locator(".today .choose").get_by_role("button").nth(right).click()
        assert page.locator(".today details[open] pre").first.is_visible()
        came.append(day - last)
        last = day
    assert came == [1, 3, 7, 21]


def test_the_day_is_filled_with_errors_each_once(on_day):
    seen = []
    on_day(0, PAGE)
    for day in range(14):
        page = on_day(day, "")
        page.locator(".today > button").click()
        for number in range(1, 6):
            page.locator(".today .choose li button").first.wait_for()
            line = page.locator(".today > [role=status]").inner_text()
            assert line == f"Question {number} of 5"
            seen.append(page.locator(".today .from a").get_attribute("href").partition("#")[2])
            choose = page.locator(".today .choose")
            choose.get_by_role("button").nth(int(choose.get_attribute("data-right"))).click()
            page.locator(".today > button").click()
        assert (
            "Done for today: 5 of 5 right." in page.locator(".today > [role=status]").inner_text()
        )
    first, again = set(seen[:15]), seen[15:]
    assert len(first) == 15  # three days without a question for the second time
    assert first & set(again)


def test_a_reader_goes_on_in_another_browser(on_day, new_page, address):
    page = on_day(0, PAGE)
    page.locator(".choose").first.get_by_role("button", name="Show me").click()
    page = on_day(0, "")
    page.get_by_role("button", name="Carry to another browser").click()
    link = page.get_by_label("Open this address in the other browser").input_value()
    other = new_page()
    other.goto(link)
    other.locator(".today.live").wait_for()
    assert other.evaluate(ASKED) == page.evaluate(ASKED)
    assert "1 of " in other.locator(".today .path").inner_text()
    assert "#" not in other.url
    before = other.evaluate("JSON.stringify({...localStorage})")
    other.goto("about:blank")
    other.goto(link[:-9])
    other.get_by_text("This address is not whole: nothing was carried over.").wait_for()
    assert other.evaluate("JSON.stringify({...localStorage})") == before


def test_a_form_comes_back_with_what_it_asks_about(on_day):
    page = on_day(0, PAGE)
    page.locator("[data-predict]").evaluate("stub => stub.scrollIntoView()")
    page.locator("form.predict input").nth(2).fill("99")
    page.locator("form.predict input").nth(2).press("Enter")
    page = on_day(1, "")
    page.locator(".today > button").click()
    page.locator(".today form.predict input").first.wait_for()
    assert "watched_net" in page.locator(".today .highlight").first.inner_text()


def test_who_has_read_nothing_sees_nothing_of_it(light, address):
    light.goto(address)
    assert light.locator(".today").inner_text() == ""


def test_what_is_left_is_that_of_the_path(on_day):
    on_day(0, PAGE)
    page = on_day(0, "")
    left = page.locator(".today .path span")
    left.get_by_text("left").wait_for()
    whole = left.inner_text()
    page.get_by_label("Path").select_option("Haiku")
    assert whole != left.inner_text()
    of = f"1 of {sum(name.startswith('haiku/') for name in lessons())} pages"
    assert left.inner_text().startswith(f"{of} read, 0 exercises done, about ")
    page = on_day(1, "")
    assert page.locator(".today .path span").inner_text().startswith(of)
