import pytest
from markdown import Markdown

from publishing.read.diagnostic import PageError
from publishing.site.markdown import Mathematics
from publishing.site.structure import Finished, marked


def converted(text: str, *others: object) -> str:
    extensions = [
        "attr_list",
        "md_in_html",
        "tables",
        "admonition",
        "pymdownx.superfences",
        *others,
    ]
    return Markdown(extensions=[*extensions, Mathematics(), Finished()]).convert(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[a](&#106;avascript:f())", "javascript:f()"),
        ("[a][b]\n\n[b]: &#106;avascript:f()", "javascript:f()"),
        ("A text.\n{: onclick=f() }", "onclick="),
        ("*a*{: style='position: fixed' }", "position: fixed"),
        ("<div markdown='1'>\n[a](file:///a)\n</div>", "file:///a"),
        ("![a](//a.test/b.png)", "//a.test/b.png"),
        ("<details>a", "<details"),
    ],
)
def test_what_markdown_makes_is_looked_at_whatever_it_was_made_from(text, written):
    with pytest.raises(PageError, match=r"^the page ") as error:
        converted(text)
    assert any(written in text for text in error.value.texts)


def test_what_other_extensions_put_into_a_page_is_looked_at():
    from markdown import Extension
    from markdown.postprocessors import Postprocessor

    class Last(Postprocessor):
        def run(self, text: str) -> str:
            return f"{text}<script>f()</script>"

    class Other(Extension):
        def extendMarkdown(self, md: Markdown) -> None:
            md.postprocessors.register(Last(md), "last", -999)

    with pytest.raises(PageError, match=r"^the page has `<script>`"):
        converted("a", Other())


def test_a_page_without_diagnostics_is_left_as_it_is():
    text = "# A\n\n| a |\n|--:|\n| $x$ |\n\n!!! note\n    b\n\n"
    text += "```python\na < b\n```\n\n[a](b.md){: .c }"
    made = converted(text)
    assert '<td style="text-align: right;">' in made
    assert "<math>" in made
    assert '<a class="c" href="b.md">a</a>' in made


@pytest.mark.parametrize(
    "title", ["# T { .cards }", "# T { #figure-1.svg }", "# T <i class=doors>x</i>"]
)
def test_a_title_which_stays_in_front_of_the_mark_is_looked_at_too(title):
    for text in ("", "\n\nMore text.\n"):
        with pytest.raises(PageError, match="the page has `"):
            Markdown(extensions=["attr_list", Finished()]).convert(marked(f"{title}{text}"))
