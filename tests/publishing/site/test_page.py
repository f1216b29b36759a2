import base64
import html
import io
import re
from dataclasses import replace

import pytest
import yaml
from bs4 import BeautifulSoup
from markdown import Markdown
from nbformat.v4 import new_output
from PIL import Image

from publishing.read.diagnostic import SourceError
from publishing.read.markup import PAGE, clean
from publishing.settings import Site
from publishing.site.links import Routes
from publishing.site.markdown import Mathematics
from publishing.site.page import page
from publishing.site.structure import Structure
from publishing.site.summary import aim, description, reading

SVG = '<svg width="40" height="30"><g/></svg>'


def picture(width: int = 400, kind: str = "png"):
    """The output of a cell that draws a picture of some width."""
    stream = io.BytesIO()
    Image.new("L", (width, 300)).save(stream, kind)
    return new_output(
        "display_data", {f"image/{kind}": base64.b64encode(stream.getvalue()).decode()}
    )


DRAWN = picture()
EXERCISE = """
# %% exercise="it"{more}
### BEGIN SOLUTION
a = 1
### END SOLUTION

# %% check="it"
print(a < 2)
"""
OBJECTIVES = """
# An opening. Another sentence.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - use `jax.grad` with `in_axes` and
#   read [its page](x.md);
# - do a second *thing*.
#
# </div>
#
# ```html
# <div>
# ```

# %%
1 + 1
"""


def printed(text: str):
    return new_output("stream", text=text)


@pytest.fixture
def made(lesson, routes):
    """The Markdown of a page, from the cells of a tutorial and what they gave."""

    def make(cells: str, outputs=None, **options) -> str:
        return page(lesson(cells, outputs, **options), routes)[0]

    return make


def rendered(text: str) -> str:
    extensions = [
        "admonition",
        "attr_list",
        "md_in_html",
        "pymdownx.superfences",
        Mathematics(),
        Structure(),
    ]
    page = Markdown(extensions=extensions)
    return page.convert(re.sub(r"\A---.*?^---$", "", text, flags=re.MULTILINE | re.DOTALL))


def box(page: str, kind: str) -> str:
    """The only fold of a kind."""
    (found,) = re.findall(rf'<details class="{kind}".*?</details>', page, re.DOTALL)
    return found


def test_a_page_has_its_prose_its_code_and_what_that_gave_in_order(made):
    text = made(
        "# %%\nx = 1\n\n# %% [markdown]\n# Then *this*.\n\n# %%\nx",
        {1: [new_output("execute_result", {"text/plain": "<1>"})]},
    )
    parts = [
        "# part/page",
        "Other ways to run it",
        "x = <",
        "Then *this*.",
        "<pre>&lt;1&gt;</pre>",
        "Every output on this page",
    ]
    assert sorted(parts, key=text.index) == parts


def test_the_short_version_stands_before_the_panel_and_what_the_page_is_for_after_it(made):
    text = made(
        '# One sentence.\n\n# %% tags=["short"]\nx = 1\n\n# %% [markdown]' + OBJECTIVES,
        {0: [printed("seen")]},
    )
    parts = [
        "One sentence.",
        "<code>",
        "<pre>seen</pre>",
        'class="run-it"',
        "After this page you can",
    ]
    body = text.split("---\n", 2)[2]
    assert sorted(parts, key=body.index) == parts
    assert text.count('class="run-it"') == 1
    assert "description: After this page you can use jax.grad" in text


def test_what_looks_like_html_or_a_template_survives_the_template_and_the_renderer(made):
    cells = """
    # %% [markdown]
    # If $a<b$ and `x < y & {{ z` then &lt;.
    #
    # ```python
    # {% if a < b & c %} {{ c }}
    # ```

    # %%
    d = {1: {"<b>": "&amp;"}} if "{{ x }}" else "{% y %}"
    """
    page = re.sub(r"<annotation.*?</annotation>", "", rendered(made(cells)))
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "If a<b and x < y & {{ z then <." in text
    assert "{% if a < b & c %} {{ c }}" in text
    assert 'd = {1: {"<b>": "&amp;"}} if "{{ x }}" else "{% y %}"' in text


def test_a_page_begins_with_what_search_engines_and_the_theme_need(made):
    text = made('# Two: words. More.\n\n# %% alt="It."\nx = 1', {0: [DRAWN]})
    head = text.removeprefix("---\n").partition("---\n")[0]
    assert yaml.safe_load(head) == {
        "description": "Two: words.",
        "aim": ["Two: words."],
        "course": True,
        "exercises": 0,
        "minutes": 1,
        "tile": "cover.png",
        "cover": "cover.png",
    }
    assert "cover" not in made("# Words.\n\n# %%\n1").partition("# part/page")[0]


def test_a_page_takes_the_minutes_of_its_text_and_of_its_exercises_unless_it_is_looked_up(
    lesson, routes
):
    def minutes(cells: str, **site: object) -> int:
        text = page(lesson(cells), replace(routes, site=replace(routes.site, **site)))[0]
        return yaml.safe_load(text.split("---")[1])["minutes"]

    words = "# " + "word " * 401 + "\n\n"
    both = words + EXERCISE.format(more=' kind="build" minutes="12"')
    assert minutes(words + "# %%\n1") == 3
    assert minutes(both) == 15
    assert minutes(words + "# %%\n1", look_up=("part/page",)) == 0
    assert minutes(both, look_up=("part/page",)) == 15  # it has exercises


def test_a_hidden_cell_is_absent_with_its_output(made):
    text = made('# %%\nx = 1\n\n# %% tags=["hidden"]\nassert x == 1', {1: [printed("secret")]})
    assert "assert" not in text
    assert "secret" not in text


def test_an_exercise_is_one_block_from_its_heading_to_its_check(made):
    task = "# %% [markdown]\n# Before.\n#\n# ## Exercise: do it\n#\n# The task.\n"
    text = made(f"{task}{EXERCISE.format(more='')}\n# %% [markdown]\n# After.\n")
    block = text.partition('<section class="exercise"')[2].partition("</section>")[0]
    parts = [
        'id="exercise-it"',
        "## Exercise: do it",
        "The task.",
        "= ...",
        "Solution",
        'id="check-it"',
    ]
    assert sorted(parts, key=block.index) == parts
    assert (
        text.index("Before.")
        < text.index("<section")
        < text.index("</section>")
        < text.index("After.")
    )
    assert "<h2" in rendered(text)


def test_an_exercise_shows_its_stub_and_folds_its_solution_and_its_check(made):
    text = made(EXERCISE.format(more=""), {0: [printed("done")], 1: [printed("Right.")]})
    assert '<p class="exercise-kind"><code>it</code></p>' in text
    assert text.index("= ...") < text.index("<summary>Solution</summary>")
    assert "done" in box(text, "success solution")
    check = box(text, "example")
    assert 'id="check-it"' in text
    assert "On the solution it says:" in check
    assert "Right." in check
    assert "it says:" not in made(EXERCISE.format(more=""), {})
    assert "print" not in check  # its code is long, and in the notebook


@pytest.mark.parametrize(
    ("more", "title"),
    [(' kind="repair" minutes="10"', "repair, about 10 minutes, "), (' kind="build"', "build, ")],
)
def test_an_exercise_says_of_what_kind_it_is_and_how_long_it_takes(made, more, title):
    assert f"{title}<code>it</code></p>" in made(EXERCISE.format(more=more))


def test_the_output_of_a_prediction_is_folded_and_its_code_is_not(made):
    text = made(
        '# %% [markdown]\n# What comes?\n\n# %% tags=["predict"]\nprint(6 * 7)',
        {0: [printed("42\n")]},
    )
    assert "<pre>42</pre>" in box(text, "example")
    assert "<summary>Run it</summary>" in text
    assert text.index("print") < text.index("<summary>Run it")


def test_the_code_of_a_plot_is_folded_and_its_figure_is_not(made):
    text = made('# %% tags=["plot"] alt="A <line>."\nplot()', {0: [DRAWN]})
    assert "plot()" in box(text, "code-of")
    assert "<summary>Code of the figure</summary>" in text
    assert "<figure>" not in box(text, "code-of")
    assert 'Figure 1. <span aria-hidden="true">A &lt;line&gt;.</span></figcaption>' in text
    assert text.count('alt="A &lt;line&gt;."') == 2  # small and large
    assert text.index("<figcaption>") < text.index("<summary>Code of the figure</summary>")


def test_a_caption_says_what_to_conclude_and_the_alternative_what_is_seen(lesson, routes):
    cells = '# %% tags=["plot"] alt="A line."\n\n# Caption: It falls, <as>\n# `loss` says.\nplot()'
    text, _ = page(lesson(cells, {0: [DRAWN]}), routes)
    concluded = "It falls, &lt;as&gt; <code>loss</code> says."
    assert f"<figcaption>Figure 1. {concluded}</figcaption></figure>" in text
    assert text.count('alt="A line."') == 2


@pytest.mark.parametrize(("values", "right"), [(["False", "True"], "1"), (["…", "…"], "")])
def test_what_is_to_choose_knows_its_place_once_the_page_has_run(made, values, right):
    choices = "# - [{{ 1 }}] *one*\n# - [{{ 2 }}] two\n#   or more\n#\n# So:\n#\n# - [x] done\n"
    text = made(f"# %% [markdown]\n# Which?\n#\n{choices}\n# %%\n1\n", values=values)
    box = BeautifulSoup(text, "html.parser").select_one(".choose")
    assert box["data-right"] == right
    assert box.get_text().split("\n\n")[1] == "- *one*\n- two\n  or more"
    assert "- [x] done" in text  # a list of tasks is none to choose from


def test_frames_are_figures_in_one_row_each_with_its_value_and_nothing_else(lesson, routes):
    cells = '# %% tags=["frames", "plot"] alt="A line."\nplot()'
    text, figures = page(
        lesson(cells, {0: [printed("rate 1\n"), DRAWN, printed("rate <2>\n"), DRAWN]}), routes
    )
    assert list(figures)[:2] == ["figure-1-1.png", "figure-1-2.png"]
    row = text.partition('<figure class="frames">')[2]
    assert row.index('data-frame="rate 1"') < row.index('data-frame="rate &lt;2&gt;"')
    assert (
        "<figcaption>rate &lt;2&gt;</figcaption></figure><figcaption>Figure 1. "
        '<span aria-hidden="true">A line.</span></figcaption></figure>' in row
    )
    assert row.count('alt="A line. (rate &lt;2&gt;)"') == 2
    assert '<p aria-hidden="true">A line. (rate &lt;2&gt;)</p>' in row
    assert "<pre>rate" not in row


@pytest.mark.parametrize(
    "outputs", [[DRAWN], [DRAWN, DRAWN], [printed("1"), DRAWN], [printed("1"), printed("2"), DRAWN]]
)
def test_frames_without_their_values_are_an_error_that_says_what_to_do(lesson, routes, outputs):
    with pytest.raises(
        SourceError, match="print a value, then draw its figure, for two values or more"
    ):
        page(lesson('# %% tags=["frames"] alt="A."\nplot()', {0: outputs}), routes)


def test_a_recap_is_folded_as_a_whole(made):
    text = made('# %% tags=["recap"]\nx = 1\nprint(x)', {0: [printed("out")]})
    assert "<summary>Code that this page uses</summary>" in box(text, "quote")
    assert "out" in box(text, "quote")


def test_a_recap_that_nobody_would_read_on_a_page_is_in_its_downloads(made):
    for lines in (150, 151):
        text = box(
            made('# %% tags=["recap"]\n' + "x = 1\n" * lines, {0: [printed("out")]}), "quote"
        )
        assert ("<pre><code>" in text) == (lines == 150)
        assert bool(
            re.search(r'Its 151 lines are in the <a href="[^"]+\.py" download>script</a>', text)
        ) == (lines == 151)
        assert "out" in text


def test_a_figure_has_its_file_its_size_and_its_number_and_the_first_is_the_cover(lesson, routes):
    cells = '# %% alt="One."\n1\n\n# %% alt="Two." tags=["cover"]\n2\n\n# %% tags=["hidden"]\n3'
    text, figures = page(lesson(cells, {0: [DRAWN], 1: [picture(500)], 2: [DRAWN]}), routes)
    assert list(figures) == ["figure-1.png", "figure-2.png", "cover.png"]
    assert figures["cover.png"] == figures["figure-2.png"]
    assert 'src="figure-2.png" alt="Two." loading="lazy" width="500"' in text


def test_each_figure_of_a_cell_has_its_place_its_number_and_its_text(lesson, routes):
    cells = '# %% alt="A."\n1\n\n# %% alt=["B <b>.", "C, d."]\n2\n\n# %% alt=["D."]\n3'
    outputs = {0: [DRAWN], 1: [picture(401), printed("between"), picture(402, "jpeg")], 2: [DRAWN]}
    text, figures = page(lesson(cells, outputs), routes)
    names = ["figure-1.png", "figure-2.png", "figure-3.jpeg", "figure-4.png"]
    assert [name for name in figures if name.startswith("figure")] == names
    shown = [
        'alt="A."',
        "Figure 1. ",
        'alt="B &lt;b&gt;."',
        'width="401"',
        "Figure 2. ",
        "between",
        'width="402"',
        "Figure 3. ",
        "Figure 4",
    ]
    assert sorted(shown, key=text.index) == shown


@pytest.mark.parametrize(
    ("outputs", "names", "cover"),
    [
        (
            [new_output("display_data", {"image/svg+xml": SVG} | DRAWN.data)],
            {"cover.svg", "cover.png"},
            "cover.png",
        ),
        ([new_output("display_data", {"image/svg+xml": SVG})], {"cover.svg"}, None),
        ([picture(kind="jpeg")], {"cover.jpeg"}, "cover.jpeg"),
        ([], set(), None),
    ],
)
def test_a_page_names_a_cover_that_others_can_show(lesson, routes, outputs, names, cover):
    text, figures = page(lesson('# %% alt="It."\n1', {0: outputs}), routes)
    assert {name for name in figures if name.startswith("cover")} == names
    assert yaml.safe_load(text.split("---")[1]).get("cover") == cover


OUTPUTS = [
    (
        "<div>\n<style scoped>\n  .a b { color: red }\n\n  p { width: 9% }\n</style>\n"
        "<table><tr><td>one</table>\n\n</div>"
    ),
    "<style>p { margin: 0 }</style><p>one</p>\n\n<style>b { margin: 0 }</style>\n\n<p>two</p>",
    "<p>one<p>two\n\n# three\n\n- four\n\n    five\n\n!!! note\n    six",
    "<pre>\n\none\n\n    two [a](b) `c` $d$ **e** <b>f</b>\n</pre>",
    "<!-- a\n\n<p> -->\n\n<ul>\n\n<li>one\n\n<li>two</ul>",
    '<?xml version="1.0"?>\n<p>\n<!-- a -->\n<b>one</b></p>',
    "one &lt;b&gt; &amp;amp; two",
    "<details><summary>one</summary>\n\n*two*</details>",
]


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("options", ["", ' tags=["recap"]', ' tags=["plot"]'])
def test_an_html_output_is_on_the_page_as_a_whole_and_so_is_what_follows(made, output, options):
    after = "# %% [markdown]\n# **After** it.\n\n# %%\n2\n"
    page = rendered(
        made(
            f"# %%{options}\nx\n\n{after}",
            {0: [new_output("execute_result", {"text/html": output})]},
        )
    )
    assert clean(page, PAGE)[1] == []
    assert " ".join(words(output).split()) in " ".join(words(page).split())
    assert "<p><strong>After</strong> it.</p>" in page
    assert "Every output on this page" in words(page)


def words(markup: str) -> str:
    return html.unescape(
        re.sub(r"<!--.*?-->|<style.*?</style>|<[^>]+>", "", markup, flags=re.DOTALL)
    )


FENCE = "a\n```python\nx < 1\n```\n~~~~\n  ```\n> ```\nb"


@pytest.mark.parametrize(
    ("cells", "output"),
    [
        ("# %%\nx", printed(FENCE)),
        ("# %%\nx", new_output("execute_result", {"text/plain": FENCE})),
        (
            "# %%\nx",
            new_output("execute_result", {"text/html": f"<pre>{html.escape(FENCE)}</pre>"}),
        ),
        (f'# %%\nx = """{FENCE}"""', printed("")),
    ],
)
def test_a_fence_in_what_a_cell_holds_or_gives_is_text(made, cells, output):
    body = rendered(made(cells, {0: [output]}))
    assert FENCE in html.unescape(re.sub(r"<[^>]+>", "", body))


@pytest.mark.parametrize(
    ("alt", "outputs", "message"),
    [
        (
            "",
            [DRAWN],
            'draws a figure but does not say what it shows; add alt="..." to the `# %%` line.',
        ),
        (
            ' alt="One."',
            [DRAWN, DRAWN],
            'draws 2 figures but does not say what each shows; add alt=["...", "..."] to',
        ),
        (' alt=["One."]', [DRAWN, DRAWN], "draws 2 figures but does not say what each shows"),
        (
            ' alt=["One.", "Two."]',
            [DRAWN],
            'draws a figure but does not say what it shows; add alt="..." to',
        ),
        (
            ' alt="One."',
            [new_output("display_data", {"image/jpeg": ""})],
            "its JPEG is damaged; draw it again.",
        ),
        (
            "",
            [new_output("display_data", {"image/gif": "", "text/plain": "<GIF>"})],
            "gives image/gif, which a page",
        ),
        (
            "",
            [new_output("execute_result", {"text/html": "</div>"})],
            "its output closes `</div>`, which is not open",
        ),
    ],
)
def test_a_figure_that_cannot_be_shown_is_an_error_at_its_cell_and_all_are_told(
    lesson, routes, alt, outputs, message
):
    tutorial = lesson(f"# %%{alt}\n1\n\n# %%\n2\n\n# %%{alt}\n3", {0: outputs, 2: outputs})
    with pytest.raises(SourceError) as error:
        page(tutorial, routes)
    first, second = str(error.value).splitlines()
    assert first.startswith(f"tutorials/part/page.py:4: {message}")
    assert second.startswith("tutorials/part/page.py:10: ")


def test_an_expected_error_is_marked_and_short(made):
    error = new_output(
        "error",
        ename="ValueError",
        evalue="\n".join(f"<line {n}>" for n in range(40)),
        traceback=[],
    )
    text = made('# %% raises="ValueError"\nfail()', {0: [error]})
    (shown,) = re.findall(r'<div class="output error"[^>]*>(.*?)</div>', text, re.DOTALL)
    assert shown.startswith(
        "<p data-search-exclude>This cell is meant to fail:</p><pre>ValueError: &lt;line 0&gt;<"
    )
    assert shown.endswith("&lt;line 11&gt;&#10;...</span></pre>")


@pytest.mark.parametrize(
    ("message", "searched", "others"),
    [
        ("one", "ValueError: one", ""),
        ("one\ntwo", "ValueError: one", "\ntwo"),
        ("one\n\n  <two>\n", "ValueError: one", "\n\n  <two>"),
        ("\none $x$", "ValueError:", "\none $x$"),
    ],
)
def test_the_first_line_of_an_expected_error_is_for_the_search_and_the_rest_is_not(
    made, message, searched, others
):
    error = new_output("error", ename="ValueError", evalue=message, traceback=[])
    text = made('# %% raises="ValueError"\nfail()', {0: [error]})
    shown = BeautifulSoup(text, "html.parser").select_one(".error pre")
    rest = shown.span.extract() if shown.span else None
    assert rest is None or rest.has_attr("data-search-exclude")
    assert shown.get_text().rstrip(" ") == searched
    assert (rest.get_text() if rest else "") == others


def test_an_html_output_is_shown_as_it_is(made):
    table = new_output(
        "execute_result", {"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "1"}
    )
    whole = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    assert whole in made("# %%\nx", {0: [table]})


def test_the_slowest_cell_has_an_anchor(made):
    text = made("# %%\nx = 1\n\n# %%\ny = 2", seconds=[1.0, 2.0])
    assert text.index("x = ") < text.index('id="slowest"') < text.index("y = ")


def test_values_stand_in_the_prose_and_links_lead_to_pages(made, project):
    project.tutorial("part/other", "# %%\n1")
    text = made(
        "# %%\nx = 2\n\n# %% [markdown]\n# It is {{ x:.1f }}; see [that](other.py#a).",
        values=["2*0"],
    )
    assert "It is 2&#42;0; see [that](other.ipynb#a)." in text


@pytest.mark.parametrize(
    "text",
    [
        "<details>\n<summary>Why $x$?</summary>\n\nBecause *this*.\n\n</details>",
        (
            '<div class="admonition tip">\n<p class="admonition-title">The $x$</p>\n\n- '
            "*this*\n\n</div>"
        ),
        (
            '<details class="note">\n<summary>$x$</summary>\n\n<div class="tip">\n\n*this*\n'
            "\n</div>\n\n</details>"
        ),
        '  <div id="c">\n\n  $x$ and *this*\n\n  </div>',
        "<details>\n  <summary>$x$</summary>\n\n  *this*\n\n</details>",
        '<div markdown="1">\n\n$x$ and *this*\n\n</div>',
        "<blockquote>\n\n$x$ and *this*\n\n</blockquote>",
    ],
)
def test_markdown_and_mathematics_are_read_in_an_authors_boxes(made, text):
    cells = (
        "# %% [markdown]\n" + "\n".join(f"# {line}" for line in text.split("\n")) + "\n\n# %%\n1"
    )
    body = rendered(made(cells))
    assert "<em>this</em>" in body
    assert "<math><semantics><mi>x</mi>" in body
    assert "markdown=" not in body


def test_boxes_in_code_stay_as_they_are(made):
    assert "```html\n<div>\n```" in made(OBJECTIVES)


def test_a_page_says_how_to_run_it_and_where_and_when_it_ran(made):
    text = made("# %%\n1", seconds=[12.3], device="NVIDIA H100", jax="0.12")
    assert "<span>1 min to read, 12 s to run</span>" in text
    assert "uv run page.py" in text
    assert "on 2026-11-25 in 12 s, on NVIDIA H100, with JAX 0.12, Python 3.13" in " ".join(
        text.split()
    )
    assert "/github/" not in text  # no repository whose notebook Colab could open
    assert "Upload notebook" in text


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ("# %%\n1", ["Notebook", "Notebook with outputs"]),
        (EXERCISE.format(more=""), ["Exercise notebook", "Solved notebook"]),
    ],
    ids=["to read", "with an exercise that has no minutes"],
)
def test_both_notebooks_are_there_under_names_that_say_what_they_hold(made, cells, names):
    text = made(cells)
    assert re.findall(r'<a href="page(?:-solved)?\.ipynb" download>(.*?)</a>', text)[:2] == names


GPU = {"platform": "gpu", "kind": "NVIDIA <H>"}


@pytest.mark.parametrize(
    ("tags", "other", "shown"),
    [
        ('tags=["varies"]', "3 ms", True),
        ('tags=["varies"]', "9 ms", False),  # the same on both
        ("", "3 ms", False),
    ],
)
def test_what_varies_is_shown_of_both_devices_where_both_ran(lesson, routes, tags, other, shown):
    both = lesson(f"# %% {tags}\nprint(1)", {0: [printed("9 ms")]})
    run = replace(both.record.run, outputs=[[printed(other), DRAWN]], device=GPU)
    text = page(replace(both, beside=replace(both.record, run=run)), routes)[0]
    order = (
        r"On cpu:</p>\s*<div[^>]*><pre>9 ms</pre></div>\s*<p[^>]*>On NVIDIA &lt;H&gt;:</p>"
        r"\s*<div[^>]*><pre>3 ms"
    )
    assert bool(re.search(order, text)) == shown
    assert text.count("<pre>9 ms") == 1
    assert "What varies also ran on NVIDIA &lt;H&gt;." in text
    assert "<figure>" not in text


def test_a_page_says_that_its_times_are_of_a_processor_alone(made):
    assert "No GPU has run this page" in made('# %% tags=["varies"]\nprint(1)')
    assert "No GPU" not in made("# %%\nprint(1)")


def test_what_a_device_is_called_is_text_on_a_page(made):
    assert "on A&lt;100&gt;, with" in " ".join(made("# %%\n1", device="A<100>", jax="0.12").split())


def test_a_page_that_comes_earlier_in_the_course_comes_earlier_in_a_search(lesson, routes):
    uri = routes.folder(lesson("# %%\n1").solved.tutorial)

    def boost(*order: str) -> float | None:
        text = page(lesson("# %%\n1"), replace(routes, site=replace(routes.site, order=order)))[0]
        return yaml.safe_load(text.split("---")[1]).get("search", {}).get("boost")

    assert 2 == boost(uri, "other") > boost("other", uri) > 1
    assert boost("other") is None


def test_the_description_is_made_of_the_objectives_without_their_markup(lesson):
    expected = (
        "After this page you can use jax.grad with in_axes and read its page; do a second thing."
    )
    assert description(lesson(OBJECTIVES)) == expected


def test_the_first_aim_is_one_sentence_whose_code_is_marked(lesson):
    first, code, rest, *others = aim(lesson(OBJECTIVES))
    assert (first, code, rest[:6]) == ("Use ", "jax.grad", " with ")
    assert "".join([first, code, rest, *others]).endswith("read its page.")
    plain = lesson("# It is {{ 1 - 2 }} & less. And more.\n\n# %%\n1\n", values=["-1"])
    assert aim(plain) == ["It is -1 & less."]


def test_objectives_that_do_not_fit_into_160_characters_are_left_out(lesson):
    long = lesson(OBJECTIVES.replace("do a second *thing*", "x" * 150))
    assert (
        description(long) == "After this page you can use jax.grad with in_axes and read its page."
    )


def test_without_objectives_the_description_is_the_first_sentence_with_its_values(lesson):
    plain = lesson("# It is {{ 1 - 2 }} & less. And more.\n\n# %%\n1\n", values=["-1"])
    assert description(plain) == "It is -1 & less."


def test_a_list_without_a_box_is_described_after_its_paragraph_and_a_title_alone_not_at_all(lesson):
    listed = lesson("# Two things.\n#\n# You can:\n#\n# - add $a_1$ & `b`;\n# - stop.\n\n# %%\n1\n")
    assert description(listed) == "You can: add $a_1$ & b; stop."
    assert description(lesson("# %%\n1")) == ""


READING = """
# One two three $$a b c$$ four.
#
# ```python
# # Exercise
# ```
#
# <details>
# <summary>Answer</summary>
#
# folded words
#
# </details>

# %%
x = 1

y = 2

# %% tags=["plot"]
z = 3

# %% [markdown]
# five
#
# ## Exercise: do it
#
# words of the exercise
#
# ### Its specification

# %%
example = 1

# %% exercise="it" minutes="7" kind="build"
### BEGIN SOLUTION
a = 1
### END SOLUTION

# %% [markdown]
# The check draws.

# %% check="it"
print(a < 2)

# %% [markdown]
# six
#
# ## After
#
# seven
"""


def test_words_and_lines_count_outside_exercises_folds_and_formulas(lesson):
    assert reading(lesson(READING).solved.cells) == (7, 2)
    choices = READING.replace("four.\n", "four.\n#\n# - [{{ 1 }}] this is\n#   to choose\n")
    assert choices != READING
    assert reading(lesson(choices).solved.cells) == (7, 2)


def test_the_time_to_read_comes_from_words_and_lines_and_that_of_exercises_from_their_minutes(made):
    assert "<span>20 min to read, 12 s" in made(
        f"# {'word ' * 1330}\n#\n" * 3 + "\n# %%\n1\n", seconds=[12.3]
    )
    assert "<span>20 min to read, 12 s" in made("# %%\n" + "x = 1\n" * 490, seconds=[12.3])
    assert "<span>1 min to read, 7 min of exercises, 12 s" in made(READING, seconds=[12.3])


AIMS = """
# %% [markdown]
# # Title
#
# What it is about.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - do it.
#
# </div>
#
# More.

# %%
1
"""
TASK = (
    '\n# %% exercise="it"\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n\n# %% check="it"\n'
    "print(a)\n"
)


@pytest.mark.parametrize("looked_up", [False, True])
@pytest.mark.parametrize("task", ["", TASK])
def test_a_page_to_look_things_up_in_begins_without_aims_and_says_at_its_foot_how_to_run_it(
    lesson, project, looked_up, task
):
    made = lesson(AIMS + task)
    routes = Routes(
        project.settings, Site(project.root / "docs", look_up=(made.name,) if looked_up else ())
    )
    text = page(made, routes)[0].partition("\n---\n")[2]  # without its description
    is_index = looked_up and not task  # who does its exercises works through it
    assert ("After this page you can" in text) != is_index
    assert "More." in text
    assert (text.index('class="run-it"') > text.index("<pre><code>")) == is_index
    assert text.count('class="run-it"') == 1
    assert text.index('class="run-it"') < text.index('class="stamp"')


@pytest.mark.parametrize(("entries", "filtered"), [(20, False), (21, True)])
def test_many_entries_to_look_up_get_a_box_to_filter_them(lesson, project, entries, filtered):
    made = lesson(
        "# %% [markdown]\n# # Title\n" + "\n# %% [markdown]\n# ### Entry\n" * entries + "\n# %%\n1"
    )
    routes = Routes(project.settings, Site(project.root / "docs", look_up=("part",)))
    assert ('<div class="filter sections"' in page(made, routes)[0]) == filtered
    assert (
        '<div class="filter' not in page(made, replace(routes, site=Site(project.root / "docs")))[0]
    )
