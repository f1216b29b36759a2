from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from publishing.read.cells import Tutorial
from publishing.settings import Settings, Site
from publishing.site.links import BrokenLink, Routes, broken_links, is_local

TUTORIAL = Tutorial("part/one", Path("tutorials/part/one.py"), ())


def routes(suffix: str = ".ipynb", **site: str) -> Routes:
    return Routes(Settings(), Site(**site), suffix)


def test_a_download_has_the_address_of_the_hosted_site_or_only_its_name_where_the_site_has_none():
    assert routes(url="https://x.test/course/").hosted(TUTORIAL, ".py") == (
        "https://x.test/course/tutorials/part/one/one.py"
    )
    assert routes().hosted(TUTORIAL, ".ipynb") == "one.ipynb"


def test_colab_opens_the_exercise_notebook_on_the_published_branch_of_a_repository():
    assert routes(repository="owner/name").colab(TUTORIAL) == (
        "https://colab.research.google.com/github/owner/name/blob/gh-pages/tutorials/part/one/one.ipynb"
    )
    assert routes().colab(TUTORIAL) == ""


@pytest.mark.parametrize(
    ("target", "url", "leads"),
    [
        ("two.py#part", "", "two.ipynb#part"),
        ("two.py#part", "https://x.test/", "https://x.test/tutorials/part/two/#part"),
        ("../../docs/index.md", "https://x.test/", "https://x.test/"),
        ("../../docs/start.md", "https://x.test/", "https://x.test/start/"),
        ("../../docs/start.md", "", "../../docs/start.md"),
        ("https://docs.jax.dev/a.py", "https://x.test/", "https://docs.jax.dev/a.py"),
        ("../../setup.py", "", "../../setup.py"),
    ],
)
def test_a_link_in_a_download_leads_to_a_file_beside_it_or_to_the_hosted_page(target, url, leads):
    assert routes(url=url).for_download(TUTORIAL, target) == leads


def test_a_link_in_a_download_to_an_offered_file_leads_to_the_hosted_one():
    site = Site(Path("docs"), "https://example.org/course/", files=("tools/setup.py",))
    hosted = Routes(routes().settings, site)
    assert hosted.for_download(TUTORIAL, "../../setup.py") == "https://example.org/course/setup.py"
    assert hosted.for_download(TUTORIAL, "../../other.py") == "../../other.py"


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("two.py#part", "two.ipynb#part"),
        ("../other/three.py", "../other/three.ipynb"),
        ("../../docs/start.md#here", "../../start.md#here"),
        ("../../README.md", "../../README.md"),
        ("two.py.txt", "two.py.txt"),
        ("#part", "#part"),
        ("https://docs.jax.dev/a.py", "https://docs.jax.dev/a.py"),
    ],
)
def test_a_link_on_a_page_leads_to_the_source_of_the_page_as_mkdocs_knows_it(target, leads):
    assert routes().for_page(TUTORIAL, target) == leads


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("#My-Part", "#my-part"),
        ("#Größe-und-Maß", "#größe-und-maß"),
        ("#均值", "#均值"),
        ("#What's-new?", "#whats-new"),
        ("#A-%26-B", "#a-b"),
        ("#my-part", "#my-part"),
        ("#exercise-square-loss", "#exercise-square-loss"),
        ("#Own-Place", "#Own-Place"),
        ("#Other", "#Other"),
        ("two.py#My-Part", "two.ipynb#my-part"),
    ],
)
def test_jupyters_anchor_of_a_heading_leads_to_it_and_an_anchor_of_the_author_stays(
    project, target, leads
):
    path = project.tutorial(
        "part/one",
        '# %% [markdown]\n# ## Part { #Own-Place }\n#\n# <a id="Other"></a>\n\n# %%\n1\n',
    )
    places = Routes(project.settings, Site(project.root / "docs"))
    assert places.for_page(Tutorial("part/one", path, ()), target) == leads


def test_a_link_to_a_tutorial_follows_the_form_of_its_page():
    assert routes(".md").for_page(TUTORIAL, "two.py") == "two.md"


def test_a_page_under_docs_has_an_address_from_a_tutorial_once_it_exists(project):
    places = Routes(project.settings, Site(project.root / "docs"))
    assert places.from_page(TUTORIAL, "reference/snippets.md") == ""
    (project.root / "docs/reference").mkdir()
    (project.root / "docs/reference/snippets.md").touch()
    assert places.from_page(TUTORIAL, "reference/snippets.md") == "../../../reference/snippets/"
    assert places.from_page(TUTORIAL, "") == ""


def test_a_page_beside_the_reference_documents_the_folder_of_the_snippets_that_has_its_name(
    project,
):
    places = Routes(project.settings, Site(project.root / "docs", reference="reference/all.md"))
    project.snippet("deep/losses", "def loss(x):\n    return x\n")
    (project.root / "docs/reference").mkdir()
    for name in ("all", "deep", "other"):
        (project.root / f"docs/reference/{name}.md").touch()
    assert places.references() == {"deep": "reference/deep.md"}
    assert Routes(project.settings, Site(project.root / "docs")).references() == {}


@pytest.mark.parametrize(
    ("link", "diagnostic"),
    [
        (
            ("tutorials/part/one/index.html", "../gone.ipynb", ""),
            "tutorials/part/one.py:4: ../gone.py leads nowhere",
        ),
        (
            ("tutorials/part/one/index.html", "../two/#gone", "#gone"),
            "tutorials/part/one.py:5: ../two/#gone leads nowhere",
        ),
        (
            ("start/index.html", "gone.png", "start/gone.png"),
            "docs/start.md:2: gone.png leads nowhere: there is no start/",
        ),
        (("404.html", "gone", "gone"), "mkdocs.yml:1: gone leads nowhere: there is no gone."),
    ],
)
def test_a_broken_link_is_told_at_the_line_of_its_author(project, link, diagnostic):
    text = "# %% [markdown]\n# # Title\n#\n# [a](../gone.py)\n# [b](two.py#gone)\n\n# %%\n1\n"
    path = project.tutorial("part/one", "")
    path.write_text(text)
    (project.root / "docs/start.md").write_text("# Start\n![](gone.png)\n")
    places = Routes(project.settings, Site(project.root / "docs"))
    told = places.author_line(BrokenLink(*link), [Tutorial("part/one", path, ())])
    assert str(told).startswith(diagnostic)


@pytest.mark.parametrize(
    ("written", "link", "diagnostic"),
    [
        (
            "05.03-X.ipynb",
            "05.03-X.ipynb",
            "05.03-X.ipynb leads nowhere: there is no tutorials/part/05.03-X.ipynb.",
        ),
        (
            "05.03-X.py",
            "05.03-X.ipynb",
            "05.03-X.py leads nowhere.",
        ),
        (
            "two.ipynb",
            "two.ipynb",
            "two.ipynb leads nowhere: there is no tutorials/part/two.ipynb.",
        ),
        (
            "two.ipynb#a",
            "two.ipynb#a",
            "two.ipynb#a leads nowhere: there is no tutorials/part/two.ipynb.",
        ),
        (
            "a%20b.ipynb",
            "a%20b.ipynb",
            "a%20b.ipynb leads nowhere: there is no tutorials/part/a b.ipynb.",
        ),
    ],
)
def test_a_dead_link_is_told_as_its_author_wrote_it(project, written, link, diagnostic):
    path = project.tutorial("part/one", f"# %% [markdown]\n# [a]({written})\n\n# %%\n1\n")
    project.tutorial("part/two", "# %%\n1\n")
    project.tutorial("part/a b", "# %%\n1\n")
    missing = f"tutorials/part/{unquote(urlsplit(link).path)}"
    told = Routes(project.settings, Site(project.root / "docs")).author_line(
        BrokenLink("tutorials/part/one/index.html", link, missing), [Tutorial("part/one", path, ())]
    )
    assert str(told) == f"tutorials/part/one.py:5: {diagnostic}"


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("a.py", True),
        ("../a/", True),
        ("/a", True),
        ("#a", True),
        ("https://a.b/c", False),
        ("//a.b/c", False),
        ("mailto:a@b.c", False),
        ("data:image/png;base64,xx", False),
    ],
)
def test_a_link_without_scheme_and_host_is_local(target, local):
    assert is_local(target) is local


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of two pages, an image, a download, and a file beside it that is not published."""
    root = tmp_path / "site"
    (root / "page").mkdir(parents=True)
    (root / "index.html").write_text(
        '<h1 id="start">Start</h1><a name="old"></a><meta name="viewport">'
    )
    (root / "page/index.html").write_text('<h2 id="größe">Page</h2>')
    (root / "a.png").write_bytes(b"")
    (root / "all files.zip").write_bytes(b"")
    (tmp_path / "README.md").write_text("not published")
    return root


def add(site: Path, html: str, name: str = "page/index.html") -> None:
    with (site / name).open("a", encoding="utf-8") as file:
        file.write(html)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="../">',
        '<a href="..">',
        '<a href="../index.html#start">',
        '<a href="../#old">',
        '<a href="#gr%C3%B6%C3%9Fe">',
        '<a href="#größe">',
        '<a href="">',
        '<a href="#">',
        '<a href="#top">',
        '<a href="?q=1#größe">',
        '<a href="/project/">',
        '<a href="/project">',
        '<a href="/project/page/#größe">',
        '<a href="../page">',
        '<img src="../a.png">',
        '<img src="/project/a.png?v=2">',
        '<a href="../all%20files.zip" download>',
        '<a href="https://nowhere.invalid/x#y">',
        '<a href="//nowhere.invalid/x">',
        '<a href="mailto:a@b.c">',
        '<img src="data:image/gif;base64,R0lGOD">',
        '<base href="nowhere/">',
        "<a>",
    ],
)
def test_a_link_that_leads_somewhere_or_away_is_in_order(site, html):
    add(site, html)
    assert list(broken_links(site, "/project/")) == []


@pytest.mark.parametrize(
    ("html", "target", "missing"),
    [
        ('<a href="gone/">', "gone/", "page/gone"),
        ('<a href="../gone.html#x">', "../gone.html#x", "gone.html"),
        ('<a href="#gone">', "#gone", "#gone on page/index.html"),
        ('<a href="../#gone">', "../#gone", "#gone on index.html"),
        ('<a href="../#viewport">', "../#viewport", "#viewport on index.html"),
        ('<img src="a.png">', "a.png", "page/a.png"),
        ('<script src="../gone.js">', "../gone.js", "gone.js"),
        ('<a href="../gone.ipynb" download>', "../gone.ipynb", "gone.ipynb"),
        ('<a href="/project/gone">', "/project/gone", "gone"),
        ('<a href="/page/">', "/page/", "outside the site"),
        ('<a href="/projects/page/">', "/projects/page/", "outside the site"),
        ('<a href="../../README.md">', "../../README.md", "outside the site"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_its_page(site, html, target, missing):
    add(site, html)
    (link,) = broken_links(site, "/project/")
    assert (link.page, link.target) == ("page/index.html", target)
    assert missing in link.missing


def test_without_a_prefix_a_slash_is_the_root_of_the_site(site):
    add(site, '<a href="/page/"><a href="/gone">', "index.html")
    assert list(broken_links(site)) == [BrokenLink("index.html", "/gone", "gone")]


def test_a_link_is_told_once_for_a_page(site):
    add(site, '<a href="gone"><a href="gone">')
    assert len(list(broken_links(site))) == 1
