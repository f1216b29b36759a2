import html
import re

import pytest
from nbformat.v4 import new_output

from publishing.site.outputs import LIMIT, Output, notes, shown

PLAIN = "<a.module.Thing object at 0x...>"
FRAME = """<div>
<style scoped>
    .dataframe tbody tr th:only-of-type {
        vertical-align: middle;
    }

    .dataframe thead th {
        text-align: right;
    }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
      <th>loss</th>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>0</th>
      <td>0.5</td>
    </tr>
  </tbody>
</table>
<p>1 rows x 1 columns</p>
</div>"""


def show(output) -> Output:
    """What the page shows of one output."""
    (converted,) = shown([output])
    return converted


def given(**data):
    """What the page shows of a value of these kinds; `a_b` is the kind a/b."""
    kinds = {kind.replace("_", "/", 1): content for kind, content in data.items()}
    return show(new_output("execute_result", {"text/plain": PLAIN} | kinds))


def text(markup: str) -> str:
    return " ".join(
        html.unescape(
            re.sub(r"<(style|annotation)\b.*?</\1>|<[^>]+>", " ", markup, flags=re.DOTALL)
        ).split()
    )


def test_text_is_shown_as_it_is():
    assert given() == Output("value", html.escape(PLAIN))
    assert show(new_output("stream", text="a <b>\n")) == Output("stdout", "a &lt;b&gt;")
    assert show(new_output("display_data", {})) == Output("value")


RICH = {
    "text_html": ("<b>1</b>", "<b>1</b>"),
    "text_markdown": ("**1**", "<p><strong>1</strong></p>"),
    "text_latex": (r"$\frac{1}{2}$", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
}


@pytest.mark.parametrize("kind", RICH)
def test_a_rich_value_is_shown_and_not_its_repr(kind):
    content, markup = RICH[kind]
    result = given(**{kind: content})
    assert result.kind == "html"
    assert markup in result.html


OTHERS = [
    "application/vnd.plotly.v1+json",
    "application/json",
    "application/javascript",
    "application/vnd.jupyter.widget-view+json",
    "application/geo+json",
    "application/pdf",
    "audio/wav",
    "video/mp4",
    "image/gif",
    "image/webp",
    "text/x-any",
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_value_of_another_kind_is_an_error_that_names_it(other):
    with pytest.raises(
        ValueError,
        match=rf"^gives {re.escape(other)}, which a page cannot show; print it, or give .*\.$",
    ):
        given(**{other: "x"})
    with pytest.raises(ValueError, match=re.escape(other)):
        show(new_output("display_data", {other: "x"}))
    with pytest.raises(ValueError, match=re.escape(other)):
        given(**{other: "x"}, text_plain="alt.Chart(...)")


@pytest.mark.parametrize("other", OTHERS)
def test_a_value_of_another_kind_gives_way_to_a_text_that_says_something_and_its_author_is_told(
    other,
):
    output = new_output("display_data", {other: "x", "text/plain": "IntSlider(value=<3>)"})
    assert show(output).html == "IntSlider(value=&lt;3&gt;)"
    (note,) = notes([new_output("stream", text="a"), output])
    assert note.startswith(f"gives {other}, which a page cannot show: the page shows its text")


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("kind", RICH)
def test_a_value_of_another_kind_is_shown_as_the_richest_that_came_with_it(other, kind):
    content, _ = RICH[kind]
    assert given(**{other: "x", kind: content}) == given(**{kind: content})
    svg = '<svg width="3" height="2"><g/></svg>'
    assert given(**{other: "x", kind: content, "image_svg+xml": svg}).figure.suffix == "svg"


@pytest.mark.parametrize(
    "latex",
    [
        r"$x$",
        r"$ x $",
        "$\nx\n$",
        r"$\displaystyle x$",
        r"$$x$$",
        "$$\nx\n$$",
        r"\begin{equation}x\end{equation}",
        r"\begin{align}x&=1\\y&=2\end{align}",
        r"$\displaystyle \left[\begin{matrix}x_1 & 2\\3 & x_4\end{matrix}\right]$",
        r"The sum $a<b$ of $x_1$ and $x_2$.",
    ],
)
def test_latex_becomes_mathematics_whatever_its_signs(latex):
    result = given(text_latex=latex).html
    assert "<math" in result
    assert not re.search(r"\$|\\", text(result))
    assert "<em>" not in result


def test_text_around_mathematics_keeps_its_spaces():
    assert text(given(text_latex=r"The sum $a$ of $b$ is $c$.").html) == "The sum a of b is c ."
    assert "sum <math>" in given(text_latex=r"The sum $a$ of $b$ is $c$.").html


@pytest.mark.parametrize("kind", ["text_latex", "text_markdown"])
def test_mathematics_that_cannot_be_read_is_an_error_and_not_its_repr(kind):
    with pytest.raises(ValueError, match=r"this mathematics cannot be read: .*\\nonsense"):
        given(**{kind: r"$\nonsense$"})


def test_markdown_has_tables_code_and_lists():
    made = given(
        text_markdown=(
            "# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx < 1\n```\n\n- one\n- `two`\n"
        )
    ).html
    assert text(made) == "A a b 1 2 x < 1 one two"
    assert all(tag in made for tag in ("<h1>", "<table>", "<pre>", "<li>", "<code>two</code>"))


@pytest.mark.parametrize("kind", ["text_html", "text_markdown", "text_latex"])
@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<script>f()</script>", "has `<script>`"),
        ('<iframe src="a"></iframe>', "has `<iframe>`"),
        ('<meta http-equiv="refresh" content="0">', "has `<meta>`"),
        ('<b onclick="f()">a</b>', "has `onclick=f()` in `<b>`"),
        ('<a href="javascript:f()">a</a>', "leads to `javascript:f()`"),
        ("<div>a</div></div>", "closes `</div>`"),
        ("<div><b>a</div>", "does not close `<b>`"),
    ],
)
def test_html_that_would_run_or_break_the_page_is_an_error_in_whatever_it_comes(kind, markup, what):
    with pytest.raises(ValueError, match=f"^its output {re.escape(what)}"):
        given(**{kind: markup})


def test_html_that_no_page_can_have_gives_way_to_the_next_form_of_the_value():
    unfit = "<form>a</form>"
    told = "its output has `<form>`, which no page can have: the page shows its text."
    assert given(text_html=unfit, text_plain="Model(<1>)") == Output(
        "value", "Model(&lt;1&gt;)", told
    )
    markdown = given(text_html=unfit, text_markdown="**a**", text_plain="b")
    assert markdown.html == "<p><strong>a</strong></p>"
    assert markdown.note == told.replace("its text", "its Markdown")
    assert given(text_html=unfit, text_latex=r"$\nonsense$", text_plain="b").note == told
    assert (
        "<mi>x</mi>"
        in given(text_html=unfit, text_latex="$x$", text_markdown="a", text_plain="b").html
    )


@pytest.mark.parametrize(
    "plain",
    ["", " ", "<IPython.core.display.HTML object>", PLAIN, "<a.B at 0x7f12>", "alt.Chart(...)"],
)
def test_a_text_that_says_nothing_is_not_shown_instead(plain):
    sentence = (
        "its output has `<form>`, which no page can have; print it, or give a picture, HTML, "
        "Markdown or LaTeX."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        given(text_html="<form>a</form>", text_plain=plain)
    with pytest.raises(
        ValueError,
        match=r"^its output does not close `<b>`; close it, or write `&lt;` for a `<`\.$",
    ):
        given(text_html="<b>a", text_plain=plain)


def test_a_comment_without_an_end_in_html_is_an_error_and_in_markdown_it_is_text():
    with pytest.raises(ValueError, match=r"^its output has a comment"):
        given(text_html="<p>a</p>\n\n<!-- b")
    assert text(given(text_markdown="a\n\n<!-- b").html) == "a <!-- b"


def test_a_data_frame_is_a_table_of_the_site_with_all_that_it_says():
    made = given(text_html=FRAME).html
    assert text(made) == text(FRAME) == "loss 0 0.5 1 rows x 1 columns"
    assert "<table>" in made
    assert (
        re.search(r"<th>\s*</th>", made) is None
    )  # a screen reader would read a heading without words


def test_a_style_sheet_of_an_output_is_dropped_and_nothing_but_one_is_refused():
    for attributes in ("", " scoped", ' type="text/css"'):
        sheet = f"<style{attributes}>#T td > b[a='}}{{'] {{ color: red }}</style>"
        assert given(text_html=f"{sheet}<p>a</p><STYLE>b {{}}</STYLE>").html == "<p>a</p>"
        with pytest.raises(ValueError, match="has nothing but a style sheet, which no page can"):
            given(text_html=sheet)


@pytest.mark.parametrize("lines", [1, 12, 13, 40])
def test_an_error_is_cut_after_twelve_lines(lines):
    message = show(
        new_output("error", ename="E", evalue="\n".join("<x>" for _ in range(lines)), traceback=[])
    ).html
    assert message.startswith("E: &lt;x&gt;")
    assert message.count("&lt;x&gt;") == min(lines, 12)
    assert message.endswith("...") == (lines > 12)


def paragraphs(size: int) -> str:
    """Markdown whose HTML has so many characters."""
    number = size // 9_008 + 1
    lengths = [9_000] * (number - 1) + [size - 8 * number + 1 - 9_000 * (number - 1)]
    return "\n\n".join("x" * length for length in lengths)


# Outputs with a number of characters on the page.
HEAVY = {
    "a stream": lambda size: [new_output("stream", text="x" * (size))],
    "text that is escaped": lambda size: [
        new_output("stream", text="<" * 100 + "x" * (size - 400))
    ],
    "a value": lambda size: [new_output("execute_result", {"text/plain": "x" * (size)})],
    "an error": lambda size: [new_output("error", ename="E", evalue="x" * (size - 3))],
    "HTML": lambda size: [new_output("display_data", {"text/html": f"<p>{'x' * (size - 7)}</p>"})],
    "Markdown": lambda size: [new_output("display_data", {"text/markdown": paragraphs(size)})],
    "many lines": lambda size: [
        new_output("stream", text="1\n" * ((size) // 2 - 1) + "1" * (2 + size % 2))
    ],
    "many values": lambda size: [
        *[new_output("display_data", {"text/plain": "1" * 100})] * (size // 100 - 1),
        new_output("display_data", {"text/plain": "1" * (100 + size % 100)}),
    ],
}


@pytest.mark.parametrize("kind", HEAVY)
def test_the_outputs_of_a_cell_may_weigh_so_much_and_no_more(kind):
    assert sum(len(output.html) for output in shown(HEAVY[kind](LIMIT))) == LIMIT
    for size in (LIMIT + 1, 6 * LIMIT):
        with pytest.raises(
            ValueError, match=rf"^puts {size:,} characters on the page, and 100,000 is the"
        ):
            shown(HEAVY[kind](size))


def test_a_picture_counts_nothing_for_it_is_a_file():
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><desc>'
        f"{'x' * 90_000}</desc></svg>"
    )
    assert len(shown([new_output("display_data", {"image/svg+xml": svg})] * 3)) == 3


# What libraries give for a value, shortened: its forms, and what becomes of it.
HTML_OBJECT = "<IPython.core.display.HTML object>"
STYLER = (
    '<style type="text/css">\n#T_03508_row0_col0 {\n  background-color: #fff7fb;\n}\n'
    '</style>\n<table id="T_03508">'
    '<thead><tr><th class="blank level0" >&nbsp;</th></tr></thead>'
    '<tbody><tr><td id="T_03508_row0_col0" class="data row0 col0" >1.5</td></tr></tbody></table>'
)
WIDGET = "application/vnd.jupyter.widget-view+json"
PLOTLY = "application/vnd.plotly.v1+json"
DISPLAYS = {
    "an estimator of scikit-learn": (
        {"text/html": "<style>.sk-global {--sklearn-color-text: #000}</style><body><div>a</div>"}
        | {"text/plain": "LinearRegression()"},
        "LinearRegression()",
        "has `<body>`, which no page can have: the page shows its text",
    ),
    "a pandas styler": (
        {"text/html": STYLER, "text/plain": "<pandas.io.formats.style.Styler at 0x7f3f6f899fd0>"},
        "1.5",
        "",
    ),
    "a widget": (
        {WIDGET: {"model_id": "1"}, "text/plain": "IntSlider(value=3)"},
        "IntSlider(value=3)",
        f"gives {WIDGET}, which a page cannot show: the page shows its text",
    ),
    "a module of Flax NNX, where treescope is the renderer": (
        {
            "text/html": "<treescope-run-here></treescope-run-here>",
            "text/plain": "Linear( # Param: 9 (36 B)\n)",
        },
        "Linear( # Param: 9 (36 B) )",
        "has `<treescope-run-here>`, which no page can have: the page shows its text",
    ),
    "a chart of Altair": (
        {
            "text/html": "<div id='altair-viz'></div>\n<script>f()</script>",
            "text/plain": "alt.Chart(...)",
        },
        None,
        "has `<script>`, which no page can have; print it, or give a picture",
    ),
    "nnx.display": (
        {
            "text/html": (
                "<script>customElements.define()</script> <treescope-container>"
                "</treescope-container>"
            )
        }
        | {"text/plain": HTML_OBJECT},
        None,
        "has `<script>`, which no page can have; print it, or give a picture",
    ),
    "a plot of plotly": (
        {PLOTLY: {"data": []}},
        None,
        f"gives {PLOTLY}, which a page cannot show; print it, or give a picture",
    ),
    "a video": (
        {
            "text/html": '<iframe src="https://a.test"></iframe>',
            "text/plain": "<IPython.lib.display.IFrame at 0x7f3f>",
        },
        None,
        "has `<iframe>`, which no page can have; print it, or give a picture",
    ),
    "sound": (
        {"text/html": "<audio  controls><source src='data:audio/wav;base64,AA=='/></audio>"}
        | {"text/plain": "<IPython.lib.display.Audio object>"},
        None,
        "has `<audio>`, which no page can have; print it",
    ),
}


@pytest.mark.parametrize("kind", DISPLAYS)
@pytest.mark.parametrize("output_type", ["display_data", "execute_result"])
def test_what_libraries_display_is_shown_or_its_text_is_or_the_author_is_told_the_way_out(
    kind, output_type
):
    data, seen, said = DISPLAYS[kind]
    output = new_output(output_type, data)
    if seen is None:
        with pytest.raises(ValueError, match=re.escape(said)):
            show(output)
        return
    assert text(show(output).html) == seen
    assert [note for note in notes([output]) if said not in note] == []
    assert len(notes([output])) == bool(said)
