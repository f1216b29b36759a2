"""Lists are on a page what they are in a notebook; a paragraph in preformatted text is refused."""

import random
import re

import pytest
from markdown import Markdown
from markdown_it import MarkdownIt

from publishing.site.structure import Structure, StructureError

EXTENSIONS = [
    "admonition",
    "attr_list",
    "md_in_html",
    "tables",
    "footnotes",
    "pymdownx.superfences",
    "toc",
]


def converted(text: str) -> str:
    return Markdown(extensions=[*EXTENSIONS, Structure()]).convert(text)


def lists(page: str) -> list[tuple[str, ...]]:
    """The lists of a page in order, each as its tag, its start, and how many items there are up to its end."""
    return re.findall(r"<(/?[ou]l)(?: start=\"(\d+)\")?|<(li)", page)


@pytest.mark.parametrize(
    "text",
    [
        "3. a\n4. b\n5. c",
        "0. a\n1. b",
        "1. a\n2. b",
        "- a\n- b\n\n1. c\n2. d",
        "7. a\n\n```\nx\n```\n\n8. b",
        "- a\n\n    1. b\n    2. c\n\n- d",
        "> 4. a\n> 5. b",
        '<div markdown="1">\n\n9. a\n10. b\n\n</div>',
        "<details markdown>\n<summary>x</summary>\n\n2. a\n3. b\n\n</details>",
        "- a\n\n    more of a\n\n- b",
        "1986\\. A year.",
        "$$\na\n+ b\n- c\n$$",
        "```\n3. a\n  - b\n```",
        "<pre>\n- a\n  - b\n</pre>",
    ],
)
def test_a_list_has_the_start_and_the_items_that_a_notebook_gives_it(text):
    shown = re.sub(r"<pre>.*?</pre>", "", converted(text), flags=re.DOTALL)
    formula = "$$" in text  # which CommonMark does not know
    assert formula or lists(shown) == lists(
        re.sub(r' markdown(="1")?', "", MarkdownIt("commonmark").render(text))
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Text:\n- a\n- b", "- a", "a list of 2 items without numbers in a notebook"),
        (
            "- a\n  - b",
            "- a",
            "a list of 1 item without numbers in a notebook, on the page a list of 2 items",
        ),
        ("- a\n- b\n\n  more\n- c", "- a", "a list of 3 items"),
        ("1) a\n2) b", "1) a", "a list of 2 items numbered from 1"),
        ("3. a\n4. b\n\n* c\n- d", "* c", "a list of 1 item without numbers"),
        ('<div markdown="1">\n\nText\n- a\n- b\n\n</div>', "- a", "a list of 2 items"),
    ],
)
def test_a_list_that_the_page_reads_otherwise_is_told_with_its_line(text, line, message):
    with pytest.raises(StructureError, match=message) as error:
        converted(f"# Page\n\n1. one\n2. two\n\nBetween.\n\n{text}\n\nAfter.\n")
    assert error.value.line == line


@pytest.mark.parametrize("seed", range(150))
def test_a_page_of_any_lists_is_a_notebooks_or_is_refused(seed):
    chance = random.Random(seed)
    pieces = [
        "- a",
        "* b",
        "1. c",
        "2. d",
        "5. e",
        "    - f",
        "    3. g",
        "  - h",
        "text",
        "",
        "",
        "",
        "    text",
        "> - i",
    ]
    text = "\n".join(chance.choices(pieces, k=chance.randint(2, 9)))
    wanted = lists(MarkdownIt("commonmark").render(text))
    try:
        page = converted(text)
    except StructureError:
        page = None  # refused, with a line that the author can find
    shown = iter(
        [] if page is None else [found for found in lists(page) if found[0] in ("ol", "ul")]
    )
    assert page is None or all(one in shown for one in wanted if one[0] in ("ol", "ul"))


@pytest.mark.parametrize(
    "html",
    [
        "<pre><code></p><p>def f():</code></pre>",
        "<pre>a\n<p class='x'>def f():</p></pre>",
        "<pre>a</p>\n  def f():</pre>",
    ],
)
def test_a_paragraph_in_preformatted_text_is_refused_with_the_line_that_it_begins_with(html):
    with pytest.raises(
        StructureError, match="Markdown makes a paragraph of a part of a `<pre>`"
    ) as error:
        converted(f"<div>\n{html}\n</div>")
    assert error.value.line.strip() == "def f():"


def test_a_paragraph_beside_preformatted_text_or_in_its_words_is_none_of_it():
    assert "<p>" in converted(
        "<pre>&lt;p&gt;</pre>\n\nText.\n\n    <p>\n\n```\n<p>\n```\n\n<pre></pre>"
    )
