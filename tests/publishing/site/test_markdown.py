import html
import re
from pathlib import Path

import pytest
from markdown import Markdown

from publishing.read.diagnostic import PageError, SourceError
from publishing.site.markdown import (
    MOST,
    Glossary,
    Mathematics,
    read_terms,
    terms_comment,
)
from publishing.site.structure import Finished

TERMS = """
# Glossary

## Leaf { #leaf data-forms="leaf, leaves" }

The end of a branch. See [trees](tutorials/part/trees.ipynb#leaves).

## Static argument { #static-argument data-forms="static, static argument" }

Not traced.

## Step { #step data-forms="" }

One move.

## Tracer { #tracer }

A stand-in.
"""
EXTENSIONS = ["attr_list", "md_in_html", "tables", "toc", "pymdownx.superfences"]


def converted(markdown: str) -> str:
    return Markdown(extensions=[*EXTENSIONS, Mathematics()]).convert(markdown)


def test_mathematics_in_a_sentence_becomes_inline_mathml():
    latex = '<annotation data-search-exclude="" encoding="application/x-tex">x</annotation>'
    math = f"<math><semantics><mi>x</mi>{latex}</semantics></math>"
    assert converted("Let $x$ be.") == f"<p>Let {math} be.</p>"


@pytest.mark.parametrize(
    "markdown", ["$$\n\\frac{a}{b}\n$$", "So $$\\frac{a}{b}$$ holds", "- a:\n\n  $$\\frac{a}{b}$$"]
)
def test_mathematics_between_two_dollars_becomes_a_block_wherever_it_stands(markdown):
    page = converted(f"{markdown}\n\nand on.")
    assert page.count('<math display="block"><semantics><mfrac>') == 1
    assert "$" not in page


@pytest.mark.parametrize(
    "markdown",
    [
        "## A heading with $x$",
        "| a |\n|---|\n| $x$ |",
        '<div class="admonition" markdown="1">\n'
        '<p markdown="1">The $y$</p>\n\nHere is $x$.\n\n</div>',
        '<details markdown="1">\n'
        '<summary markdown="1">The $y$</summary>\n\n- one $x$\n\n</details>',
        "**bold $x$**",
    ],
)
def test_mathematics_is_read_in_headings_tables_and_boxes(markdown):
    page = converted(markdown)
    assert "<math><semantics><mi>x</mi>" in page
    assert "$" not in page


def test_an_environment_with_several_lines_is_a_table():
    assert (
        converted("$$\n\\begin{aligned} a &= b \\\\ c &< d \\end{aligned}\n$$").count("<mtr>") == 2
    )


@pytest.mark.parametrize(
    "markdown", ["`$x$`", "```\n$x$ $$\n```", r"\$x\$", "costs $5 and $6", "one $ alone", "US$ 5"]
)
def test_code_and_money_stay_as_they_are(markdown):
    page = converted(markdown)
    assert "<math" not in page
    assert "$" in page


def test_signs_of_markdown_and_html_within_mathematics_mean_nothing():
    page = converted("$a_1 * b_2 * c_3$, $a<b$ and $c>d$ and $[a](b)$")
    assert "<em>" not in page
    assert "<a " not in page
    assert "<mo>&lt;</mo>" in page


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("$\\undefinedcommand{x}$", "\\undefinedcommand{x}"),
        ("First $a$\nthen `$\\code$`\nand $\\frac{1$.", "\\frac{1"),
        ("One\n\n$$\n\\begin{aligned}\na &= b \\\\\nc &= \\foo\n\\end{aligned}\n$$", "c &= \\foo"),
        ("Let $a\n+ \\foo$.", "+ \\foo"),
        ("Two\nlines and\nset $\\theta to 0", "set $\\theta to 0"),
    ],
)
def test_latex_that_cannot_be_read_is_an_error_with_its_line(markdown, line):
    with pytest.raises(PageError, match="cannot be read") as error:
        converted(markdown)
    assert error.value.texts == (line,)


@pytest.mark.parametrize(
    ("markdown", "why"),
    [
        (r"$\frac{1}$", "Expected argument"),
        ("$x^2^3$", "Duplicate"),
        (r"$\left( x$", r"\right"),
        (r"$$\begin{aligned} x \end{cases}$$", r"\end{aligned}"),
        (r"$\begin{nowhere} x \end{nowhere}$", "Unknown environment"),
        ("$$a $b$ c$$", "Unexpected"),
        ("a $x\n\nand y$ in two paragraphs", "without an end"),
        ("**set** $n to 0", "without an end"),
        ("- an item\n- $n items", "without an end"),
        ("a $$ alone", "without an end"),
        ("$$\n\n$$", "without an end"),
        ("$$ $$", "empty"),
        (r"$$a \\ b$$", "within an environment"),
        ("$95% of x$", r"write `\%`"),
        ("$" + "{" * 9000 + "$", "more than 2000 characters"),
        (r"$\textrm{a_b}$", "`_` is not valid in text mode"),
    ],
)
def test_mathematics_that_is_wrong_or_would_lose_something_is_an_error_that_says_why(markdown, why):
    with pytest.raises(PageError) as error:
        converted(markdown)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"95\%", "%"),
        (r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}", "<mtext>else</mtext>"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "<mtable"),
        (r"\operatorname{softmax}(x)", "<mi>softmax</mi>"),
        (r"\mathbb{E}_{x \sim p} f(x)", "<mi>\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL E}</mi>"),
        (r"\lVert x \rVert_2", "‖"),
        (r"\left( \frac{a}{b} \right]", "<mfrac>"),
        (r"f''(x)", "″"),
        ("\\begin{array}{c}\n\\hline \\\na \\\\\nb\n\\end{array}", "<mtable"),
        (r"\sum_{i=1}^n x_i", "<munderover>"),
    ],
)
def test_what_authors_write_is_read(latex, part):
    assert part in html.unescape(converted(f"$${latex}$$"))


CURLED = {
    'It isn\'t "said".': "It isn\u2019t \u201csaid\u201d.",
    "it says \"he said 'so'\"": "it says \u201che said \u2018so\u2019\u201d",
    '("a", "b"; "x/")\n"c"': "(\u201ca\u201d, \u201cb\u201d; \u201cx/\u201d)\n\u201cc\u201d",
    "the '90s, the parameters' shapes": "the \u201990s, the parameters\u2019 shapes",
    '`jit`\'s "`jit`" is': "<code>jit</code>\u2019s \u201c<code>jit</code>\u201d is",
    "[it's](#x \"it's\")": '<a href="#x" title="it\'s">it\u2019s</a>',
    "`x = 'a'` -- ...": "<code>x = 'a'</code> -- ...",
}


def test_quotation_marks_are_curled_in_prose_and_stay_in_code_formulas_and_outputs():
    page = Markdown(
        extensions=["smarty", "md_in_html", Mathematics(), Finished()],
        extension_configs={"smarty": {"smart_dashes": False, "smart_ellipses": False}},
    )
    for straight, printed in CURLED.items():
        assert page.reset().convert(straight) == f"<p>{printed}</p>"
    formula = page.reset().convert("It's $f'(x)$.")
    assert "It\u2019s" in formula
    assert ">f'(x)</annotation>" in formula
    raw = "<div class=\"output\"><pre>x = 'a'</pre></div>"
    assert page.reset().convert(f"{raw}\n\nIt's.") == f"{raw}\n\n<p>It\u2019s.</p>"


def test_a_fence_of_given_size_keeps_it_under_a_script():
    assert re.search(
        r"<msup><mrow><mo [^>]*minsize[^>]*>\)</mo></mrow><mn>2", converted(r"$\big( x \big)^2$")
    )


def test_the_keyboard_reaches_a_formula_that_a_phone_would_have_to_scroll():
    assert "tabindex" not in converted("$$a = b$$")
    assert 'tabindex="0"' in converted("$$" + " + ".join("abcdefghijklmnopqrst") + "$$")


@pytest.fixture
def linked(tmp_path):
    """A page with the terms of a glossary linked."""

    def link(
        markdown: str, terms: str = TERMS, comment: str = "<!-- terms: more/glossary.md -->"
    ) -> str:
        (tmp_path / "glossary.md").write_text(terms, encoding="utf-8")
        glossary = Glossary(file=str(tmp_path / "glossary.md"))
        page = Markdown(extensions=[*EXTENSIONS, Mathematics(), glossary])
        return page.convert(f"{comment}\n\n{markdown}")

    return link


def test_the_first_use_of_a_term_is_linked_in_the_words_of_the_author(linked):
    page = re.sub(
        r"<span data.*?</span>", "", linked("Two Tracers and a *Tracer*.\n\nA tracer again.")
    )
    link = '<a aria-describedby="term-tracer" href="more/glossary.md#tracer">Tracer</a>'
    assert page.endswith(
        f'<p>Two Tracers and a <em><span class="term">{link}</span></em>.</p>\n'
        "<p>A tracer again.</p>"
    )


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("One sentence. Another.", "One sentence."),
        ("It is\n`a.b()`, or *so*. See [there](x.md#y).", "It is <code>a.b()</code>, or so."),
        (
            "A [link](x.md#y) in it, `x_y_z` at its end: `<b>`.",
            "A link in it, <code>x_y_z</code> at its end: <code>&lt;b&gt;</code>.",
        ),
        ("No end", "No end"),
        ("", ""),
    ],
)
def test_beside_a_term_stands_the_first_sentence_of_its_entry(linked, entry, told):
    page = linked("A leaf.", f"## Leaf {{ #leaf }}\n\n{entry}\n")
    found = re.findall(
        r'<span data-search-exclude="" id="term-leaf" role="tooltip">(.*?)</span>', page
    )
    assert found == [told] * bool(told)
    assert ('aria-describedby="term-leaf"' in page) == bool(told)
    assert re.sub(r"<span data.*?</span>|<[^>]+>", "", page).strip() == "A leaf."


@pytest.mark.parametrize(
    "first",
    ["- a **leaf**", "> a leaf", '<div markdown="1">\n\n- a leaf\n\n</div>', "| leaf |\n|---|"],
)
def test_the_first_use_is_the_one_that_a_reader_meets_first(linked, first):
    page = linked(f"{first}\n\nThen a leaf, and leaves.")
    assert page.count("#leaf") == 1
    assert page.index("#leaf") < page.index("Then")


def test_two_terms_in_a_row_are_both_linked(linked):
    assert linked("Static leaves, a tracer.").count("<a ") == 3


def test_the_longest_form_wins_and_may_be_broken_over_two_lines(linked):
    assert 'href="more/glossary.md#static-argument">static\nargument</a>' in linked(
        "a static\nargument"
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "## The tracer",
        "`tracer`",
        "```\na tracer\n```",
        "[a *tracer*](x.md) and ![a tracer](y.svg)",
        "<https://example.org/tracer>",
        r"$\text{tracer}$",
        '<details markdown="1">\n<summary markdown="1">A tracer</summary>\n\nText.\n\n</details>',
        "<summary>A tracer</summary>",
        '<div markdown="1">\n<p class="admonition-title" markdown="1">A tracer</p>\n</div>',
        "<!-- a tracer -->",
        "retracer, tracers, tracer-like, un-tracer, tracer_1",
        "one step",
    ],
)
def test_headings_code_links_titles_parts_of_words_and_terms_without_a_form_stay(linked, markdown):
    assert "glossary.md#" not in linked(markdown)


def test_a_page_leaves_out_the_terms_that_it_explains_itself(linked, tmp_path):
    linked("")
    terms = read_terms(tmp_path / "glossary.md")
    assert (
        terms_comment(terms, "glossary.md", "tutorials/part/other.ipynb")
        == "<!-- terms: ../../glossary.md -->"
    )
    comment = terms_comment(terms, "glossary.md", "tutorials/part/trees.md")
    assert comment == "<!-- terms: ../../glossary.md but leaf -->"
    page = linked("A leaf and a tracer.", comment=comment)
    assert "#leaf" not in page
    assert "#tracer" in page


def test_a_page_that_does_not_ask_for_links_has_none(linked):
    assert "glossary.md#" not in linked("A leaf.", comment="")


def test_a_page_gets_no_forest_of_links(linked):
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    terms = "".join(f"## {word} {{ #{word} }}\n\nA word.\n\n" for word in words)
    assert linked(" ".join(words), terms).count("<a ") == MOST


def test_an_empty_glossary_links_nothing(linked):
    assert "<a " not in linked("A leaf.", "# Glossary\n")


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("## Leaf", r"glossary.md:3: write a term as"),
        ("## Leaf { #Leaf }", r"glossary.md:3: write a term as"),
        ("## Leaf { #leaf forms=leaves }", r"glossary.md:3: write a term as"),
        ("## Tip { #tip }\n\n## Leaf { #leaf data-forms=tip }", r"glossary.md:5: write a term as"),
        (
            '## Tip { #tip }\n\n## Leaf { #leaf data-forms="leaf, tip" }',
            r"glossary.md:5: `tip` means Tip already",
        ),
    ],
)
def test_a_mistake_in_the_glossary_is_an_error_at_its_line(linked, heading, message):
    with pytest.raises(SourceError, match=message):
        linked("", f"# Glossary\n\n{heading}\n")


ROOT = Path(__file__).parents[3]
OURS = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ENTRIES = {
    heading.partition(" {")[0]: " ".join(text.split())
    for heading, _, text in (part.partition("\n") for part in OURS.split("\n## ")[1:])
}


def test_our_terms_stand_in_alphabetical_order():
    assert list(ENTRIES) == sorted(ENTRIES, key=str.casefold)
    assert 30 <= len(ENTRIES) <= 70


@pytest.mark.parametrize("term", ENTRIES)
def test_each_of_our_entries_is_short_and_leads_to_the_heading_that_teaches_it(term):
    text, _, taught = ENTRIES[term].rpartition("See ")
    assert 1 <= len(re.findall(r"[.?](?= |$)", text)) <= 3
    assert len(text.split()) <= 50
    for title, name, anchor in re.findall(
        r"\[([^\]]+)\]\(tutorials/([\w/]+)\.ipynb#([\w-]+)\)", taught.replace("`", "")
    ):
        tutorial = (ROOT / f"tutorials/{name}.py").read_text(encoding="utf-8")
        assert f"## {title}\n" in tutorial.replace("`", "")
        assert anchor == re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
    assert taught.startswith("[")


def test_what_one_of_our_terms_is_also_called_is_no_other_term():
    def plain(word):
        return word.strip(" .").casefold().replace("-", "")

    words = {
        plain(form): term.anchor
        for term in read_terms(ROOT / "docs/glossary.md")
        for form in term.forms
    }
    for anchor, entry in zip(
        re.findall(r"^## .*\{ #([a-z-]+)", OURS, re.MULTILINE), ENTRIES.values(), strict=True
    ):
        for word in entry.partition("Also called: ")[2].split(","):
            assert words.get(plain(word), anchor) == anchor, word


@pytest.mark.parametrize(
    "sentence",
    [
        "It leaves small numbers alone.",
        "The second line is the key to one of the repairs.",
        "A dictionary with the keys of the layers: JAX sorts the keys.",
        "For a function that you call once it is a loss.",
        "Take one step at a time, in good shape, with an array of labels.",
    ],
)
def test_everyday_words_are_not_taken_for_our_terms(linked, sentence):
    assert "<a " not in linked(sentence, OURS)
