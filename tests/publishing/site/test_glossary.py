import re
from pathlib import Path

import pytest

from publishing.cells import Tutorial
from publishing.glossary import MOST, Glossary
from publishing.source import SourceError

ROOT = Path(__file__).parents[2]
TERMS = """
# Glossary

## Leaf { #leaf data-forms="leaf, leaves" }

The end of a branch. See [trees](tutorials/jax/trees.ipynb#leaves).

## Static argument { #static-argument data-forms="static, static argument" }

Not traced.

## Step { #step data-forms="" }

One move.

## Tracer { #tracer }

A stand-in.
"""


@pytest.fixture
def linked(tmp_path):
    """The Markdown cells of a page with their terms linked."""

    def link(*cells: str, terms: str = TERMS, name: str = "jax/page") -> str:
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs/glossary.md").write_text(terms, encoding="utf-8")
        tutorial = Tutorial(name, tmp_path / f"tutorials/{name}.py", ())
        linking = Glossary(tmp_path / "docs/glossary.md").linking(tutorial, lambda target: f"to:{target}")
        return "|".join(linking(cell) for cell in cells)

    return link


def test_the_first_use_of_a_term_on_a_page_is_linked_in_the_words_of_the_author(linked):
    assert linked("Two Tracers and a *Tracer*.", "A tracer again.") == (
        "Two Tracers and a *[Tracer](to:../../docs/glossary.md#tracer)*.|A tracer again."
    )


def test_any_form_uses_up_the_link_of_its_term(linked):
    assert linked("Leaves. A leaf.").count("#leaf") == 1


def test_the_longest_form_wins_and_may_be_broken_over_two_lines(linked):
    assert linked("a static\nargument") == "a [static\nargument](to:../../docs/glossary.md#static-argument)"


def test_words_in_two_paragraphs_are_no_term(linked):
    terms = TERMS.replace("static, static argument", "static argument")
    assert "#static" not in linked("it is static\n\nargument by argument", terms=terms)


@pytest.mark.parametrize(
    "markdown",
    [
        "## The tracer",
        "The tracer\n----------",
        "`tracer`, ``a ` tracer``",
        "```\na tracer\n```",
        "~~~python\ntracer = 1\n~~~",
        "[a tracer](x.md), [the `x` [1] tracer](y.md), ![a tracer](z.svg), [tracer][there]",
        "[a tracer]: x.md",
        "<math><mtext>tracer</mtext></math>",
        '<math display="block"><mtext>tracer</mtext></math>',
        "<summary>A tracer</summary>",
        '<p class="admonition-title">A tracer</p>',
        '<a href="x">a tracer</a> and <img alt="a tracer">',
        "<h2>A tracer</h2>",
        "<!-- a tracer -->",
        "https://example.org/tracer and <https://example.org/tracer>",
        "retracer, tracers, tracer-like, un-tracer, tracer_1",
        "one step",
    ],
)
def test_headings_code_links_mathematics_tags_titles_parts_of_words_and_everyday_words_stay(linked, markdown):
    assert linked(markdown) == markdown


def test_prose_in_a_fold_in_a_list_and_in_emphasis_is_linked(linked):
    page = "<details>\n<summary>Leaf</summary>\n\n- a **leaf**;\n- a (tracer).\n\n</details>"
    assert linked(page).count("](to:") == 2


def test_the_page_that_teaches_a_term_does_not_link_it(linked):
    assert "#leaf" not in linked("A leaf.", name="jax/trees")
    assert "#tracer" in linked("A tracer.", name="jax/trees")


def test_a_page_gets_no_forest_of_links(linked):
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    terms = "".join(f"## {word} {{ #{word} }}\n\nA word.\n\n" for word in words)
    assert linked(" ".join(words), terms=terms).count("](to:") == MOST


def test_a_page_without_a_glossary_stays_as_it_is(tmp_path):
    tutorial = Tutorial("jax/page", tmp_path / "tutorials/jax/page.py", ())
    assert Glossary(tmp_path / "glossary.md").linking(tutorial, str)("A tracer.") == "A tracer."


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("## Leaf", r"glossary.md:3: write a term as"),
        ("## Leaf { #Leaf }", r"glossary.md:3: write a term as"),
        ("## Leaf { #leaf forms=leaves }", r"glossary.md:3: write a term as"),
        ("## Tip { #tip }\n\n## Leaf { #leaf data-forms=tip }", r"glossary.md:5: write a term as"),
        ('## Tip { #tip }\n\n## Leaf { #leaf data-forms="leaf, tip" }', r"glossary.md:5: `tip` means Tip already"),
    ],
)
def test_a_mistake_in_the_glossary_is_an_error_at_its_line(linked, heading, message):
    with pytest.raises(SourceError, match=message):
        linked("", terms=f"# Glossary\n\n{heading}\n")


OURS = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ENTRIES = {
    heading.partition(" {")[0]: " ".join(text.split())
    for heading, _, text in (part.partition("\n") for part in OURS.split("\n## ")[1:])
}


def test_our_terms_stand_in_alphabetical_order():
    assert list(ENTRIES) == sorted(ENTRIES, key=str.casefold)
    assert 30 <= len(ENTRIES) <= 45


@pytest.mark.parametrize("term", ENTRIES)
def test_each_of_our_entries_is_short_and_leads_to_the_heading_that_teaches_it(term):
    said, _, taught = ENTRIES[term].rpartition("See ")
    assert 1 <= len(re.findall(r"[.?](?= |$)", said)) <= 3
    assert len(said.split()) <= 50
    for title, name, anchor in re.findall(
        r"\[([^\]]+)\]\(tutorials/([\w/]+)\.ipynb#([\w-]+)\)", taught.replace("`", "")
    ):
        tutorial = (ROOT / f"tutorials/{name}.py").read_text(encoding="utf-8")
        assert f"\n# ## {title}\n" in tutorial.replace("`", "")
        assert anchor == re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
    assert taught.startswith("[")


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
    assert linked(sentence, terms=OURS, name="haiku/other") == sentence
