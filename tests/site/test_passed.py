"""A verdict holds for the files that it was given on: for a page its own and what all pages load, else for all."""

import os
import time
from types import SimpleNamespace

import passed
import pytest
from unchanged import forget, keep


@pytest.fixture
def site(tmp_path):
    for name in (
        "index.html",
        "a/index.html",
        "a/figure.svg",
        "b/index.html",
        "assets/site.css",
        "sitemap.xml.gz",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.fixture
def verdict(site):
    """The verdict's file of a test of a page, or of the whole site, as a new run finds it."""

    def find(page: str = "", name: str = "test_it", reason: str = ""):
        for known in (passed.shared, passed._under, passed._sources):
            known.cache_clear()
        marks = [pytest.mark.xfail(reason=reason).mark] * bool(reason)
        item = SimpleNamespace(nodeid=f"{name}[{page}]", iter_markers=lambda _: marks)
        if page:
            item.callspec = SimpleNamespace(params={"visit": page})
        return passed.verdict(item, site)

    return find


@pytest.mark.parametrize(
    ("changed", "page", "whole"),
    [
        ("a/index.html", True, True),
        ("a/figure.svg", True, True),
        ("assets/site.css", True, True),
        ("b/index.html", False, True),
        ("sitemap.xml.gz", False, False),
    ],
)
def test_what_changes_decides_whose_verdicts_hold(site, verdict, changed, page, whole):
    before = verdict("a/"), verdict()
    assert (verdict("a/"), verdict()) == before
    (site / changed).write_text("new")
    assert (verdict("a/") != before[0], verdict() != before[1]) == (page, whole)


def test_a_file_that_comes_or_goes_is_a_change(site, verdict):
    before = verdict("a/")
    (site / "a/new.svg").write_text("")
    assert verdict("a/") != before
    (site / "a/new.svg").unlink()
    assert verdict("a/") == before


def test_each_test_has_its_own_verdict(verdict):
    assert len({verdict("a/"), verdict("b/"), verdict(), verdict("a/", "test_other")}) == 4


def test_a_test_that_is_expected_to_fail_has_another_verdict_and_for_another_reason_another(
    verdict,
):
    assert len({verdict("a/"), verdict("a/", reason="one"), verdict("a/", reason="other")}) == 3


def test_the_place_of_a_site_is_no_part_of_it(site, verdict, tmp_path_factory):
    before = verdict("a/")
    moved = tmp_path_factory.mktemp("moved") / "site"
    site.rename(moved)
    callspec = SimpleNamespace(params={"visit": "a/"})
    item = SimpleNamespace(nodeid="test_it[a/]", callspec=callspec, iter_markers=lambda _: [])
    assert passed.verdict(item, moved) == before


def test_a_verdict_that_no_run_asks_for_is_forgotten(tmp_path):
    for name, days in (("new", 1), ("old", 31)):
        keep(tmp_path / name)
        os.utime(tmp_path / name, times=(time.time() - days * 24 * 3600,) * 2)
    forget(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
