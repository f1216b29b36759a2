"""Figures with a handle say what the run computed, and without scripts their table does."""

import random
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

PAGES = {"descent": "jax/descent", "keys": "jax/random_keys", "cache": "jax/compilation"}
PROGRAMS = Path(__file__).parents[2] / "docs/assets/handles"

pytestmark = pytest.mark.xdist_group("handles")


@pytest.fixture
def drawn(light, address):
    """The figure of a name, drawn."""

    def draw(name: str):
        light.goto(f"{address}tutorials/{PAGES[name]}/")
        figure = light.locator(f"[data-handle={name}]")
        figure.scroll_into_view_if_needed()
        figure.locator(".drawn").wait_for()
        return figure

    return draw


def rows(figure) -> list[list[str]]:
    """The rows of its table, which nobody sees while the figure is there."""
    return figure.locator("tbody tr").evaluate_all(
        "all => all.map(row => [...row.children].map(c => c.textContent))"
    )


def numbers(text: str) -> list[float]:
    return [
        float(number)
        for number in re.findall(
            r"-?\d+(?:\.\d+)?(?:e\+?\d+)?", text.replace("\N{MINUS SIGN}", "-")
        )
    ]


def test_each_figure_is_a_small_program():
    assert {path.stem for path in PROGRAMS.iterdir()} == {*PAGES, "status"}
    assert {
        path.name: path.stat().st_size for path in PROGRAMS.iterdir() if path.stat().st_size > 4096
    } == {}


def test_descent_has_the_factors_and_the_loss_of_each_rate_that_ran(drawn):
    figure = drawn("descent")
    for rate, *ran in rows(figure):
        figure.locator("input").evaluate(
            """(input, rate) => {
                input.step = 'any';
                input.value = rate;
                input.dispatchEvent(new Event('input'));
            }""",
            rate,
        )
        shown, along, across, _, loss = numbers(figure.locator("output").inner_text())
        assert [shown, along, across] == pytest.approx(
            [float(rate), *map(float, ran[:2])], abs=0.011
        )
        assert loss == pytest.approx(float(ran[2]), rel=0.05)


def test_keys_have_the_correlation_of_each_pair_that_ran(drawn):
    figure = drawn("keys")
    for one, other, correlation in rows(figure):
        for user, key in (("weights", one), ("noise", other)):
            figure.get_by_role("group", name=user).get_by_role("button", name=key).click()
        told = figure.locator("output").inner_text()
        assert numbers(told)[-1] == float(correlation)
        assert ("the same numbers" in told) == (one == other)
        assert figure.locator(".line.bad").count() == (2 if one == other else 0)


def test_the_cache_has_a_program_for_each_type_in_any_order_of_the_calls(drawn):
    figure = drawn("cache")
    types = {code: kind for code, kind, _ in rows(figure)}
    for seed in range(5):
        calls = random.Random(seed).choices(list(types), k=8)
        for call in calls:
            figure.get_by_role("button", name=call, exact=True).click()
        kinds = list(dict.fromkeys(types[call] for call in calls))
        assert figure.locator("dt").all_inner_texts() == kinds
        assert figure.locator("li").count() == len(calls)
        assert f"{len(kinds)} trace" in figure.locator("output").inner_text()
        figure.get_by_role("button", name="Clear the cache").click()
        assert figure.locator("li, dt").count() == 0


def test_a_loss_that_diverges_leaves_its_picture(drawn):
    figure = drawn("descent")
    slider = figure.locator("input")
    slider.fill(slider.get_attribute("max"))
    frame = figure.get_by_role("img", name="The loss by step").locator("svg")
    heights = frame.locator("polyline").evaluate(
        "line => line.getAttribute('points').split(' ').map(point => +point.split(',')[1])"
    )
    assert min(heights) < 0 < max(heights)
    assert all(after < before for before, after in pairwise(heights[9:]))
    assert frame.evaluate("frame => getComputedStyle(frame).overflow") == "hidden"


@pytest.mark.parametrize("name", PAGES)
def test_each_of_its_drawings_has_a_name_and_each_handle_room_for_a_finger(name, drawn):
    figure = drawn(name)
    drawings = figure.locator("svg:not(svg svg)").evaluate_all(
        "all => all.map(svg => [svg.getAttribute('role'), svg.getAttribute('aria-label')])"
    )
    assert [role for role, _ in drawings] == ["img"] * len(drawings)
    assert len({label for _, label in drawings if label}) == len(drawings)
    for handle in figure.locator("input, button").all():
        assert handle.bounding_box()["height"] >= 24


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_moves_it(name, drawn, light):
    figure = drawn(name)
    before = figure.locator("output").inner_text()
    handle = figure.locator("input, button").nth(1 if name == "keys" else 0)
    handle.focus()
    light.keyboard.press("ArrowRight" if name == "descent" else "Enter")
    assert figure.locator("output").inner_text() != before


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_its_table_is_there(name, new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}tutorials/{PAGES[name]}/")
    assert page.locator(f"[data-handle={name}] td").first.is_visible()


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_it_is_as_wide_as_the_screen(name, narrow, address):
    narrow.goto(f"{address}tutorials/{PAGES[name]}/")
    figure = narrow.locator(f"[data-handle={name}]")
    figure.scroll_into_view_if_needed()
    figure.locator(".drawn").wait_for()
    assert narrow.evaluate("document.documentElement.scrollWidth") == 390
    small = figure.locator("text").evaluate_all(
        "all => all.map(text => text.getBoundingClientRect().height).filter(height => height < 9)"
    )
    assert small == []


BUILT = {
    "commit": "0123456789ab",
    "built": "2026-11-02T03:04Z",
    "run": "https://github.com/owner/name/actions/runs/12",
    "packages": "2026-10-28T00:00:00Z",
    "weekly": None,
    "since": "ba98765432",
    "changed": ["tutorials/jax/descent"],
}


@pytest.fixture
def status(new_page, address):
    """What the report says where status.json has these entries besides those above."""

    def load(**entries: str | None) -> tuple[str, str]:
        page = new_page()
        content = {} if entries == {"commit": None} else BUILT | entries
        page.route("**/status.json", lambda route: route.fulfill(json=content))
        page.goto(f"{address}report/")
        drawn = page.locator("[data-handle=status] .drawn")
        drawn.wait_for()
        return drawn.inner_text(), drawn.locator(".late").all_inner_texts()

    return load


def days_ago(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days, hours=1):%FT%H:%MZ}"


def test_the_report_says_from_what_when_and_by_which_run_the_site_was_built(status):
    said, late = status(weekly=days_ago(8), packages=days_ago(6))
    assert "Built from commit 0123456 on 2 November 2026 at 03:04 UTC, " in said
    assert ", by this run." in said
    assert "ba98765, ran: jax/descent." in said
    assert "6 days old." in said
    assert "The last weekly run was published 8 days ago." in said
    assert late == []


@pytest.mark.parametrize(
    ("weekly", "said"), [(9, "published 9 days ago: nobody"), (None, "No weekly run")]
)
def test_a_weekly_run_that_did_not_come_is_said_in_red(status, weekly, said):
    _, late = status(weekly=days_ago(weekly) if weekly else None)
    assert len(late) == 1
    assert said in late[0]


def test_the_report_of_a_site_that_nobody_published_says_so(status):
    assert status(commit=None) == ("Nobody has published this site: its status.json is empty.", [])
