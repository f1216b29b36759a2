"""Where the links of an author lead; the rest of routes.py is tested through built sites."""

from pathlib import Path

import pytest

from publishing.cells import Tutorial
from publishing.routes import SNIPPETS, Routes

TUTORIAL = Tutorial("jax/one", Path("tutorials/jax/one.py"), ())


def routes(**more):
    return Routes(Path("tutorials"), Path(".cache/pages"), Path("docs"), **more)


def test_a_download_has_the_address_of_the_hosted_site():
    hosted = routes(site_url="https://x.test/course/").hosted(TUTORIAL, ".py")
    assert hosted == "https://x.test/course/tutorials/jax/one/one.py"


def test_a_download_has_only_its_name_where_the_site_has_no_address():
    assert routes().hosted(TUTORIAL, ".ipynb") == "one.ipynb"


def test_colab_opens_the_exercise_notebook_on_the_published_branch():
    address = routes(repository="owner/name").colab(TUTORIAL)
    assert address == ("https://colab.research.google.com/github/owner/name/blob/gh-pages/tutorials/jax/one/one.ipynb")


def test_colab_is_not_offered_without_a_repository():
    assert routes().colab(TUTORIAL) == ""


@pytest.mark.parametrize(
    ("target", "site_url", "leads"),
    [
        ("two.py#part", "", "two.ipynb#part"),
        ("two.py", "https://x.test/", "https://x.test/tutorials/jax/two/"),
        ("../../docs/index.md", "https://x.test/", "https://x.test/"),
        ("https://docs.jax.dev", "https://x.test/", "https://docs.jax.dev"),
    ],
)
def test_a_link_in_a_download_leads_to_a_file_beside_it_or_to_the_hosted_page(target, site_url, leads):
    assert routes(site_url=site_url).for_download(TUTORIAL, target) == leads


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("two.py#part", "../two/#part"),
        ("../haiku/three.py", "../../haiku/three/"),
        ("../../docs/index.md", "../../../"),
        ("../../docs/start.md#here", "../../../start/#here"),
        ("../../README.md", "../../README.md"),
        ("absent.py", "absent.py"),
        ("two.py.txt", "two.py.txt"),
        ("#part", "#part"),
        ("https://docs.jax.dev/a.py", "https://docs.jax.dev/a.py"),
    ],
)
def test_a_link_on_a_page_leads_to_the_page_of_a_percent_file_or_of_a_file_under_docs(
    target, leads, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("tutorials/jax/two.py", "tutorials/haiku/three.py", "docs/index.md", "docs/start.md", "README.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    assert routes().for_page(TUTORIAL, target) == leads


@pytest.mark.parametrize(
    ("name", "address"),
    [("haiku/update", "../../../reference/snippets/"), ("alone", "../../reference/snippets/")],
)
def test_the_reference_of_snippets_is_found_from_every_page_once_the_site_has_it(tmp_path, name, address):
    places = Routes(tmp_path / "tutorials", tmp_path / "pages", tmp_path / "docs")
    tutorial = Tutorial(name, tmp_path / f"tutorials/{name}.py", ())
    assert places.from_page(tutorial, SNIPPETS) == ""
    (tmp_path / "docs/reference").mkdir(parents=True)
    (tmp_path / "docs/reference/snippets.md").touch()
    assert places.from_page(tutorial, SNIPPETS) == address
