import re

import pytest

from publishing.read.markup import html_problem

BALANCED = [
    "<div><p>one<br>two</p><table><tr><td>1</td></tr></table></div>",
    "<p>one<p>two<ul><li>a<li>b</ul>",
    "<table><thead><tr><th>a<th>b<tbody><tr><td>1<td><table><tr><td>2</table></table>",
    "<dl><dt>a<dd>b</dl><select><option>a<option>b</select>",
    '<svg viewBox="0 0 1 1"><g><path d="M0 0"/></g><circle r="1"/></svg> <math><mi>x</mi><mspace/></math>',
    "<style scoped>a > b { c: d }</style><b>text</b>",
    '<?xml version="1.0"?><!-- a <b> comment --><i title="a > b">&lt;&amp;</i>',
    "a < b, a <- b and 3<4, R&D",
    '<img src="data:image/png;base64,AA=="><hr/><input disabled>',
    '<audio controls><source src="data:audio/wav;base64,AA=="></audio>',
    "",
]
WITHOUT_END = re.compile(r"</(?!p|li|t[rdh]|thead|tbody|dt|dd|option)[a-z]+>")


@pytest.mark.parametrize("html", BALANCED)
def test_what_html_allows_is_no_problem(html):
    assert html_problem(html) is None


@pytest.mark.parametrize("html", BALANCED)
@pytest.mark.parametrize("stray", ["</div>", "</article>", "</details>"])
def test_an_end_of_what_is_not_open_is_a_problem_wherever_it_stands(html, stray):
    places = [0, len(html), *(match.end() for match in re.finditer(r"</(?!style)\w+>", html))]
    assert all(html_problem(html[:place] + stray + html[place:]) for place in places)


@pytest.mark.parametrize("html", [html for html in BALANCED if WITHOUT_END.search(html)])
def test_an_element_whose_end_is_missing_is_a_problem(html):
    for end in WITHOUT_END.finditer(html):
        assert html_problem(html[: end.start()] + html[end.end() :]), end


@pytest.mark.parametrize(
    "rest", ["<!-- a", "<b title='a", "<style>a { b: c }", "<b class=a", "<script>f()", "<!-- a --!"]
)
def test_what_has_no_end_and_swallows_the_rest_is_a_problem(rest):
    assert html_problem(f"<p>one</p>\n{rest}")[0] == 2


REFUSED = "script iframe frame frameset object embed applet meta base link html head body noscript template plaintext"


@pytest.mark.parametrize("tag", REFUSED.split())
@pytest.mark.parametrize("form", ["<{}>", "<{} a='b'/>", "<b><{}></b>"])
def test_an_element_that_a_page_cannot_have_is_a_problem_that_names_it(tag, form):
    for written in (tag, tag.upper()):
        assert html_problem("\n" + form.format(written)) == (2, f"has `<{tag}>`, which no page can have.")


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("onclick='f()'", "onclick"),
        ("OnError=f()", "onerror"),
        ("ontoggle", "ontoggle"),
        ("srcdoc='<p>'", "srcdoc"),
        ("href='javascript:f()'", "href"),
        ("href=' JavaScript:f()'", "href"),
        ("href='java&#10;script:f()'", "href"),
        ("href='&#106;avascript:f()'", "href"),
        ("action='javascript:f()'", "action"),
        ("xlink:href='javascript:f()'", "xlink:href"),
    ],
)
def test_an_attribute_that_runs_a_script_is_a_problem_that_names_it(attribute, name):
    assert html_problem(f"<a {attribute}>b</a>")[1].startswith(f"has a script or an attachment in `{name}` of `<a>`")
    assert html_problem(f"<input {attribute}/>")[1].startswith(
        f"has a script or an attachment in `{name}` of `<input>`"
    )


@pytest.mark.parametrize(
    "attribute", ["href='a.html#on'", "title='javascript'", "href='?a=javascript:'", "data-on='x'"]
)
def test_an_attribute_that_runs_nothing_is_no_problem(attribute):
    assert html_problem(f"<a {attribute}>b</a>") is None


@pytest.mark.parametrize(
    "html",
    [
        "<img src='{}'>",
        "<source srcset='{} 2x'>",
        "<video poster='{}'></video>",
        "<audio src='{}'></audio>",
        "<svg><image href='{}'/></svg>",
        "<svg><use xlink:href='{}'/></svg>",
    ],
)
@pytest.mark.parametrize(
    "address", ["https://a.test/b.png", "HTTP://a.test/b.png", "//a.test/b.png", " https://a.test/b"]
)
def test_what_is_loaded_from_elsewhere_is_a_problem_and_links_and_files_beside_are_none(html, address):
    assert "from elsewhere; keep a copy beside the tutorial, or link to it." in html_problem(html.format(address))[1]
    for own in ("b.png", "data:image/png;base64,AA=="):
        assert html_problem(html.format(own)) is None
    assert html_problem(f"<a href='{address}'>a</a>") is None


def test_the_line_is_that_of_what_is_wrong():
    assert html_problem("<p>\n<b>\n</p>")[0] == 2
    assert html_problem("<div>\n<b>\n</b>\n")[0] == 1
    assert html_problem("<div>\n</div>\n\n</div>\n")[0] == 4


def test_more_elements_can_be_refused():
    assert html_problem("<style></style>") is None
    assert html_problem("<style></style>", "style") == (1, "has `<style>`, which no page can have.")
