import pytest

from publishing.links import broken
from publishing.redirects import redirect


def page(site, address):
    (site / address).mkdir(parents=True)
    (site / address / "index.html").write_text("<p>x</p>")


def test_an_old_address_leads_to_the_new_one_by_a_relative_link(tmp_path):
    page(tmp_path, "tutorials/jax/new")
    redirect(tmp_path, {"tutorials/old/": "tutorials/jax/new/"})
    written = (tmp_path / "tutorials/old/index.html").read_text()
    assert 'content="0; url=../jax/new/"' in written
    assert '<a href="../jax/new/">' in written
    assert list(broken(tmp_path)) == []


def test_an_old_address_that_leads_nowhere_is_found_by_the_check_of_links(tmp_path):
    redirect(tmp_path, {"old/": "new/"})
    (found,) = broken(tmp_path)
    assert (found.page, found.target) == ("old/index.html", "../new/")


def test_a_page_that_still_stands_at_the_old_address_is_not_overwritten(tmp_path):
    page(tmp_path, "old")
    with pytest.raises(ValueError, match=r"there is a page at old/, which is said to have moved"):
        redirect(tmp_path, {"old/": "new/"})
    assert (tmp_path / "old/index.html").read_text() == "<p>x</p>"
