"""Quotation marks and apostrophes of prose, told from all that only looks like them."""

import pytest

from publishing.site.quotes import curled

MARKS = str.maketrans("{}[]", "\u201c\u201d\u2018\u2019")  # as the tests write those of print


@pytest.mark.parametrize(
    ("straight", "printed"),
    [
        ('<p>It isn\'t "said".</p>', "<p>It isn]t {said}.</p>"),
        ("<p>\"It\" is 'so'</p>", "<p>{It} is [so]</p>"),
        ("<p>\"'In' it\"</p>", "<p>{[In] it}</p>"),
        ("<p>it says \"he said 'so'\"</p>", "<p>it says {he said [so]}</p>"),
        ('<p>("a", "b"; "x/")\n"c"</p>', "<p>({a}, {b}; {x/})\n{c}</p>"),
        ('<p>"" or \'\' is empty, "//" is not</p>', "<p>{} or [] is empty, {//} is not</p>"),
        ('<p>this\u2014"that"</p>', "<p>this\u2014{that}</p>"),
        ("<p><code>jit</code>'s</p>", "<p><code>jit</code>]s</p>"),
        (
            "<p>\"<code>jit</code>\" or '<code>grad</code>'</p>",
            "<p>{<code>jit</code>} or [<code>grad</code>]</p>",
        ),
        (
            '<p>a <em>"b"</em> and <a href="x">"c"</a>\'s</p>',
            '<p>a <em>{b}</em> and <a href="x">{c}</a>]s</p>',
        ),
        ('<p>a "<em>b</em>" c</p>', "<p>a {<em>b</em>} c</p>"),
        ('<li>a</li><li>"b"</li>', "<li>a</li><li>{b}</li>"),
        ('<td>a</td><td>"b"<br>"c"</td>', "<td>a</td><td>{b}<br>{c}</td>"),
        (
            "<figcaption>SGD&#39;s &quot;arm&quot; &#34;x&#x27;</figcaption>",
            "<figcaption>SGD]s {arm} {x]</figcaption>",
        ),
        ("<p>the parameters' shapes</p>", "<p>the parameters] shapes</p>"),
        ('<p>3 < 4 "and" 5</p>', "<p>3 < 4 {and} 5</p>"),
    ],
)
def test_marks_open_and_close_as_the_sign_before_them_demands(straight, printed):
    assert curled(straight) == printed.translate(MARKS)
    assert curled(printed.translate(MARKS)) == printed.translate(MARKS)


@pytest.mark.parametrize(
    "page",
    [
        '<pre><code>x = "a"\n<i class="s">\'b\'</i></code></pre>',
        "<p><code>module 'jax' has no attribute</code> and <kbd>'</kbd></p>",
        "<math><mi>f</mi><mo>'</mo><annotation>f' = \"x\"</annotation></math>",
        '<script>let a = "b";</script><style>a::before { content: "x" }</style><textarea>{"a": 1}</textarea>',
        '<head><title>"It"</title></head>',
        "<svg><text>it's</text></svg>",
        '<svg viewBox="0 0 1 1"/>',
        "<math />",
        "<svg><svg/><text>it's</text></svg>",
        '<div class="output"><table><tr><td>\'a\'</td></tr></table><div>"b"</div>"c"</div>',
        "<div class=output data-search-exclude><pre>'a'</pre><p>\"b\"</p></div>",
        "<div class='wide output'>'a'</div>",
        '<a title="it\'s" data-x=\'a "b" > c\' href=#it>x</a>',
        '<!-- it\'s "so" <b> -->',
        "<code>'<code>'</code>'</code>",
        "",
    ],
)
def test_code_mathematics_outputs_and_attributes_stay_as_they_are(page):
    assert curled(page) == page
    assert curled(f"<p>{page}</p> it's") == f"<p>{page}</p> it\u2019s"


def test_what_follows_code_in_prose_closes_and_what_follows_an_output_opens():
    assert curled('<pre>"</pre><p>"a"</p>') == '<pre>"</pre><p>\u201ca\u201d</p>'
    assert (
        curled('<DIV class="x output">"</DIV><P>"a"</P>')
        == '<DIV class="x output">"</DIV><P>\u201ca\u201d</P>'
    )
