"""Lists are on a page what they are in a notebook, or are refused with their line."""

import random
import re

import pytest
from markdown import Markdown
from markdown_it import MarkdownIt

from publishing.read.diagnostic import PageError
from publishing.site.structure import Structure

EXTENSIONS = [
    *("admonition", "attr_list", "md_in_html", "tables", "footnotes", "pymdownx.superfences", "toc")
]
SAME = [
    "3. a\n4. b\n5. c",
    "0. a\n1. b",
    "- a\n- b\n\n1. c\n2. d",
    "7. a\n\n```\nx\n```\n\n8. b",
    "- a\n\n    1. b\n    2. c\n\n- d",
    "- a\n\n    more of a\n\n- b",
    "- a\nof a\n- b",
    "# A\n- b",
    "> 4. a\n> 5. b",
    '<div markdown="1">\n\n9. a\n10. b\n\n</div>',
    "<details markdown>\n<summary>x</summary>\n\n2. a\n3. b\n\n</details>",
    "1986\\. A year.",
    "```\n3. a\n  - b\n```",
    "<pre>\n- a\n  - b\n</pre>",
]
OTHER = {  # with the line that is told
    "Text:\n- a\n- b": "- a",
    "- a\n  - b": "  - b",
    "- a\n- b\n\n  more\n- c": "  more",
    "1) a\n2) b": "1) a",
    "3. a\n4. b\n\n* c\n- d": "- d",
    '<div markdown="1">\n\nText\n- a\n- b\n\n</div>': "- a",
    "- a\n    - b\n    1. c": "    1. c",
}


def converted(text: str) -> str:
    return Markdown(extensions=[*EXTENSIONS, Structure()]).convert(text)


def lists(page: str) -> list[tuple[str, ...]]:
    """The lists of a page in order, each as its tag, its start, and how many items there are."""
    return re.findall(r"<(/?[ou]l)(?: start=\"(\d+)\")?|<(li)", page)


def in_notebooks(text: str) -> list[tuple[str, ...]]:
    return lists(re.sub(r' markdown(="1")?', "", MarkdownIt("commonmark").render(text)))


def test_a_list_has_the_start_and_the_items_that_a_notebook_gives_it():
    for text in SAME:
        shown = re.sub(r"<pre>.*?</pre>", "", converted(text), flags=re.DOTALL)
        assert lists(shown) == in_notebooks(text), text
    assert lists(converted("$$\na\n+ b\n- c\n$$")) == []  # which CommonMark does not know


def test_a_list_that_the_page_reads_otherwise_is_told_with_its_line():
    for text, line in OTHER.items():
        with pytest.raises(PageError, match="leave a blank line before a list") as error:
            converted(f"# Page\n\n1. one\n2. two\n\nBetween.\n\n{text}\n\nAfter.\n")
        assert error.value.texts[0] == line


def test_a_page_of_any_lists_is_a_notebooks_or_is_refused():
    pieces = ["- a", "* b", "1. c", "2. d", "5. e", "    - f", "    3. g", "  - h", "> - i"]
    pieces += ["text", "    text", "", "", ""]
    accepted = 0
    for seed in range(300):
        chance = random.Random(seed)
        text = "\n".join(chance.choices(pieces, k=chance.randint(2, 9)))
        try:
            page = converted(text)
        except PageError:
            continue
        shown = iter([one for one in lists(page) if one[0] in ("ol", "ul")])
        wanted = [one for one in in_notebooks(text) if one[0] in ("ol", "ul")]
        assert all(one in shown for one in wanted), text
        accepted += bool(wanted)
    assert accepted > 50
