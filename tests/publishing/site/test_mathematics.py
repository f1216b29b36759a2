import html
import re
from pathlib import Path

import pytest

from publishing.mathematics import with_mathml
from publishing.source import Line, SourceError

PAGE = Path("page.py")


def converted(markdown: str) -> str:
    return with_mathml(markdown, tuple(Line(line, PAGE, 10 + i) for i, line in enumerate(markdown.split("\n"))))


def test_mathematics_in_a_sentence_becomes_inline_mathml():
    assert converted("Let $x$ be.") == "Let <math><mi>x</mi></math> be."


def test_mathematics_between_two_dollars_becomes_a_block():
    found = converted("So\n\n$$\n\\frac{a}{b}\n$$\n\nholds.")
    assert found.startswith('So\n\n<math display="block">')
    assert "<mfrac>" in found
    assert found.endswith("</math>\n\nholds.")


@pytest.mark.parametrize("markdown", ["$a +\nb$", "$$a\n\n+ b$$", "$$a +\nb$$"])
def test_mathematics_may_be_broken_over_lines_as_prose_is(markdown):
    assert "<mo>+</mo>" in converted(markdown)
    assert "$" not in converted(markdown)
    assert "\n" not in converted(markdown)


def test_an_environment_with_several_lines_is_a_table():
    found = converted(r"$$\begin{aligned} a &= b \\ c &= d \end{aligned}$$")
    assert found.count("<mtr>") == 2


@pytest.mark.parametrize(
    "markdown",
    [
        "`$x$`",
        "``$x$ ` ``",
        "a `b\n$x$` c",
        "```\n$x$\n```",
        "~~~\n$x$\n~~~",
        "- item\n\n  ```\n  $x$\n  ```",
        "costs $5 and $6",
        "from $5 to $6, or $7",
        "between $5-$6",
        "either ($5) or ($6)",
        "$5 today\nand $6 tomorrow",
        "one $ alone",
        r"\$x\$",
        "US$ 5",
        "$ x $",
        "5 $ and US$",
        "",
    ],
)
def test_code_and_money_stay_as_they_are(markdown):
    assert converted(markdown) == markdown


def test_money_beside_mathematics_stays_money():
    assert converted("It costs $5, and $x$ units cost \\$6.") == (
        "It costs $5, and <math><mi>x</mi></math> units cost \\$6."
    )


def test_a_sign_less_than_opens_no_tag():
    assert "<mo>&lt;</mo>" in converted("$a<b$ and $c>d$")


@pytest.mark.parametrize("latex", ["a_1 * b_2 * c_3", "x^*_i", r"\|x\|", "[a](b)", r"a \sim b", "n!"])
def test_no_sign_of_markdown_is_left_in_the_texts_of_mathml(latex):
    found = converted(f"${latex}$")
    assert found.startswith("<math>")
    assert not set("*_[]`~^|\\$!") & set(found)


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("$\\undefinedcommand{x}$", 10),
        ("First $a$\nthen `$\\code$`\nand $\\frac{1$.", 12),
        ("One\n\n$$\n\\begin{aligned} a\n$$", 14),
        ("$$\n\\begin{aligned}\na &= b \\\\\nc &= \\foo\n\\end{aligned}\n$$", 13),
        ("Let $a\n+ \\foo$.", 11),
    ],
)
def test_latex_that_cannot_be_read_names_the_authors_line(markdown, line):
    with pytest.raises(SourceError) as raised:
        converted(markdown)
    (problem,) = raised.value.problems
    assert (problem.path, problem.number) == (PAGE, line)
    assert "cannot be read" in problem.message


@pytest.mark.parametrize(
    ("markdown", "why"),
    [
        (r"$\frac{1}$", "Expected argument"),
        (r"$a}$", "Unmatched closing"),
        ("$x^$", "Expected argument"),
        ("$x^2^3$", "Duplicate"),
        ("$a & b$", "table-like"),
        (r"$\left( x$", r"\right"),
        (r"$$\begin{aligned} x \end{cases}$$", r"\end{aligned}"),
        (r"$\begin{nowhere} x \end{nowhere}$", "Unknown environment"),
        (r"$\text{a$", "closing"),
        ("$$a $b$ c$$", "Unexpected"),
        ("$a $b$ c$", "no end"),
        ("a $x\n\nand y$ in two paragraphs", "no end"),
        (r"set $\theta to 0", "no end"),
        ("$$ $$", "empty"),
        ("$$\n$$", "empty"),
        ("$$$$", "empty"),
        (r"$$a \\ b$$", "within an environment"),
        ("$95% of x$", r"write `\%`"),
    ],
)
def test_latex_that_is_wrong_or_would_lose_something_is_an_error_that_says_why(markdown, why):
    with pytest.raises(SourceError) as raised:
        converted(markdown)
    (problem,) = raised.value.problems
    assert problem.number == 10
    assert why in problem.message


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
        (r"\underbrace{a + b}_{n}", "⏟"),
        (r"f''(x)", "″"),
        (r"\hat y + \tilde x", 'accent="true"'),
        (r"\sum_{i=1}^n x_i", "<munderover>"),
    ],
)
def test_what_authors_write_is_read(latex, part):
    found = converted(f"$${latex}$$")
    assert html.unescape(part) in html.unescape(found)


def test_a_fence_of_given_size_keeps_it_under_a_script():
    assert re.search(r"<msup><mrow><mo [^>]*minsize[^>]*>\)</mo></mrow><mn>2", converted(r"$\big( x \big)^2$"))


def test_the_keyboard_reaches_a_formula_that_a_phone_would_have_to_scroll():
    short, long = "$$a = b$$", "$$" + " + ".join("abcdefghijklmnopqrst") + "$$"
    assert "tabindex" not in converted(short)
    assert '<math tabindex="0" ' in converted(long)
