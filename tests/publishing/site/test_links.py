from pathlib import Path

import pytest

from publishing.links import Broken, broken, is_local, rewritten

REWRITTEN = {
    "[a](b.py)": "[a](B.PY)",
    "![a](b.png)": "![a](B.PNG)",
    '[a](b.py "title")': '[a](B.PY "title")',
    "[a](../c/b.py#part) and [d](e.md)": "[a](../C/B.PY#PART) and [d](E.MD)",
    "[`f`](b.py)": "[`f`](B.PY)",
    "[`a[0](x)`](b.py)": "[`a[0](x)`](B.PY)",
    "[![a](b.png)](c.py)": "[![a](B.PNG)](C.PY)",
    '<a href="b.py">b</a>': '<a href="B.PY">b</a>',
    "<a href='b.py'>b</a>": "<a href='B.PY'>b</a>",
    '<img alt="x" src="b.png">': '<img alt="x" src="B.PNG">',
    "[a][1]\n\n[1]: b.py\n": "[a][1]\n\n[1]: B.PY\n",
}


@pytest.mark.parametrize("markdown", REWRITTEN)
def test_the_target_of_a_link_is_passed_through(markdown):
    assert rewritten(markdown, str.upper) == REWRITTEN[markdown]


@pytest.mark.parametrize(
    "markdown",
    [
        "`[a](b.py)`",
        "``[a](b.py) ` ``",
        "a `b\n[a](b.py)` c",
        "```\n[a](b.py)\n```",
        "```python\n[a](b.py)\n```\n",
        "~~~\n[a](b.py)\n~~~",
        "- item\n\n  ```\n  [a](b.py)\n  ```",
        "````\n```\n[a](b.py)\n```\n````",
        "words (b.py) and [b.py] and b.py",
        "",
    ],
)
def test_code_and_plain_words_stay_as_they_are(markdown):
    assert rewritten(markdown, str.upper) == markdown


def test_a_stray_backtick_does_not_hide_the_links_of_the_next_paragraph():
    assert rewritten("a ` b\n\n[a](b.py) ` c", str.upper) == "a ` b\n\n[a](B.PY) ` c"


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
    (root / "index.html").write_text('<h1 id="start">Start</h1><a name="old"></a><meta name="viewport">')
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
    assert list(broken(site, "/project/")) == []


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
    (found,) = broken(site, "/project/")
    assert (found.page, found.target) == ("page/index.html", target)
    assert missing in found.missing


def test_without_a_prefix_a_slash_is_the_root_of_the_site(site):
    add(site, '<a href="/page/"><a href="/gone">', "index.html")
    assert list(broken(site)) == [Broken("index.html", "/gone", "gone")]


def test_a_link_is_told_once_for_a_page(site):
    add(site, '<a href="gone"><a href="gone">')
    assert len(list(broken(site))) == 1
