import random
import re
from collections.abc import Iterator

import html5lib
import nh3
import pytest

from publishing.read.allowed import ELEMENTS, rule
from publishing.read.markup import html_diagnostic, html_diagnostics, scope_styles

BALANCED = [
    "<div><p>one<br>two</p><table><tr><td>1</td></tr></table></div>",
    "<p>one<p>two<ul><li>a<li>b</ul>",
    "<table><thead><tr><th>a<th>b<tbody><tr><td>1<td><table><tr><td>2</table></table>",
    "<dl><dt>a<dd>b</dl><ruby>a<rp>(<rt>b<rp>)</ruby>",
    '<svg viewBox="0 0 1 1"><g><path d="M0 0"/></g><circle r="1"/></svg> <math><mi>x</mi><mspace/></math>',
    "<style scoped>a > b { color: red }</style><b>text</b>",
    '<?xml version="1.0"?><!DOCTYPE html><!-- a <b> comment --><i title="a > b">&lt;&amp;</i>',
    "a < b, a <- b and 3<4, R&D",
    '<img src="data:image/png;base64,AA=="><hr/>',
    "",
]
WITHOUT_END = re.compile(r"</(?!p|li|t[rdh]|thead|tbody|dt|dd|r[pt])[a-z]+>")


@pytest.mark.parametrize("html", BALANCED)
def test_what_html_allows_is_no_diagnostic(html):
    assert html_diagnostic(html) is None


@pytest.mark.parametrize("html", BALANCED)
@pytest.mark.parametrize("stray", ["</div>", "</article>", "</details>"])
def test_an_end_of_what_is_not_open_is_a_diagnostic_wherever_it_stands(html, stray):
    places = [0, len(html), *(match.end() for match in re.finditer(r"</(?!style)\w+>", html))]
    assert all(html_diagnostic(html[:place] + stray + html[place:]) for place in places)


@pytest.mark.parametrize("html", [html for html in BALANCED if WITHOUT_END.search(html)])
def test_an_element_whose_end_is_missing_is_a_diagnostic(html):
    for end in WITHOUT_END.finditer(html):
        assert html_diagnostic(html[: end.start()] + html[end.end() :]), end


@pytest.mark.parametrize(
    "rest", ["<!-- a", "<b title='a", "<style>a { b: c }", "<b class=a", "<b", "<!-- a --!"]
)
def test_what_has_no_end_and_swallows_the_rest_is_a_diagnostic(rest):
    found = html_diagnostic(f"<p>one</p>\n{rest}")
    assert found.line == 2
    assert "without an end, which would swallow what follows" in found.message


@pytest.mark.parametrize(
    "tag", ["script", "iframe", "form", "template", "plaintext", "x-y", "audio", "math:mi"]
)
@pytest.mark.parametrize("form", ["<{}>", "<{} a='b'/>", "<b><{}></b>"])
def test_an_element_that_a_page_cannot_have_is_a_diagnostic_that_names_it(tag, form):
    for written in (tag, tag.upper()):
        found = html_diagnostic("\n" + form.format(written))
        assert (found.line, found.message) == (2, f"has `<{tag}>`, which no page can have.")
        assert html_diagnostic(form.format(written), prose=True).message.endswith(
            f"write `&lt;{tag}>` to show these signs."
        )


@pytest.mark.parametrize(
    ("attribute", "what"),
    [
        ("onclick='f()'", "has `onclick` in `<a>`"),
        ("OnError=f()", "has `onerror` in `<a>`"),
        ("ping=b", "has `ping` in `<a>`"),
        ("markdown=1", "has `markdown` in `<a>`"),
        ("href='javascript:f()'", "leads to `javascript:f()`"),
        ("href=' JavaScript:f()'", "leads to `JavaScript:f()`"),
        ("href='java&#10;script:f()'", "leads to `javascript:f()`"),
        ("href='&#106;avascript:f()'", "leads to `javascript:f()`"),
        ("href='https:\\\\a.test'", "leads to `https:\\\\a.test`"),
        ("class='a md-overlay'", "has `a md-overlay` in `class` of `<a>`"),
        ("id=__search", "has `__search` in `id` of `<a>`"),
        ("style='position: fixed'", "has `position: fixed` in `style` of `<a>`"),
        ("title=a TITLE=b", "has `title` twice in `<a>`"),
    ],
)
def test_an_attribute_that_a_page_cannot_have_is_a_diagnostic_that_names_it(attribute, what):
    assert what in html_diagnostic(f"<a {attribute}>b</a>").message


@pytest.mark.parametrize(
    "attribute",
    [
        *(
            "href='a.html#on'",
            "title='javascript:'",
            "href='?a=javascript:'",
            "href='mailto:a@b.test'",
            "id=__init__",
        ),
        *(
            "href='HTTPS://a.test'",
            "href='//a.test'",
            "id='a.b.c'",
            "id='__codelineno-0-1'",
            "aria-label='a'",
            "href",
        ),
    ],
)
def test_an_attribute_that_runs_nothing_is_no_diagnostic(attribute):
    assert html_diagnostic(f"<a {attribute}>b</a>") is None


def test_markdown_within_html_is_of_prose():
    assert html_diagnostic("<div markdown='1'></div>", prose=True) is None
    assert html_diagnostic("<style>a {color: red}</style>", prose=True).message.startswith(
        "has `<style>`"
    )


@pytest.mark.parametrize(
    "address", ["https://a.test/b.png", "HTTP://a.test/b.png", "//a.test/b.png", " https://a.b/c"]
)
def test_what_is_loaded_from_elsewhere_is_a_diagnostic_and_links_and_files_beside_are_none(address):
    found = html_diagnostic(f"<img src='{address}'>").message
    assert "from elsewhere; keep a copy beside the tutorial, or link to it." in found
    for own in ("b.png", "data:image/png;base64,AA=="):
        assert html_diagnostic(f"<img src='{own}'>") is None
    assert html_diagnostic(f"<a href='{address}'>a</a>") is None


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        (
            "<img src='https://a.b/1'>\n<img src='https://a.b/2'>",
            [(1, "loads `https://a.b/1`"), (2, "loads `https://a.b/2`")],
        ),
        (
            "<div><iframe></iframe>\n<b onclick=f()>a</b></div>",
            [(1, "has `<iframe>`"), (2, "has `onclick`")],
        ),
        (
            "<form><p>a</p>\n<object></form><x></x>",
            [(1, "has `<form>`"), (2, "has `<object>`"), (2, "has `<x>`")],
        ),
        (
            "<div>\n<b>\n</div></div></p>\n<script>",
            [(2, "does not close `<b>`"), (4, "has `<script>`")],
        ),
        ("</b>\n</i>\n<img src='//a.b/c'>", [(1, "closes `</b>`"), (3, "loads `//a.b/c`")]),
        ("<div><b></div>\n<a href='#a'>x</a> <a href='#b'>y</a>", [(1, "does not close `<b>`")]),
        ("</i>\n<p>a</p><p><b>c</b></p><ul><li>d</li></ul>", [(1, "closes `</i>`")]),
        ("<iframe>\n<div>", [(1, "has `<iframe>`"), (2, "does not close `<div>`")]),
        ("<td>a</td>\n<a href='javascript:f()'>b</a>", [(1, "has `<td>` where"), (2, "leads to")]),
    ],
)
def test_all_diagnostics_are_told_and_nothing_that_only_follows_from_one(markup, told):
    found = list(html_diagnostics(markup))
    assert [
        (each.line, each.message[: len(message)])
        for each, (_, message) in zip(found, told, strict=True)
    ] == told


def test_the_line_is_that_of_what_is_wrong():
    assert html_diagnostic("<p>\n<b>\n</p>").line == 2
    assert html_diagnostic("<div>\n<b>\n</b>\n").line == 1
    assert html_diagnostic("<div>\n</div>\n\n</div>\n").line == 4


def test_a_finished_page_has_style_sheets_as_they_were_written_for_it_only():
    output = "<style type='text/css' title='>'>a { color: red }</style><b>a</b>"
    assert html_diagnostic(output, page=True).message.startswith(
        "has a style sheet with `a { color: red }`"
    )
    assert (
        scope_styles(output)
        == "<style type='text/css' title='>'>@scope{a {color: red}}</style><b>a</b>"
    )
    assert html_diagnostic(scope_styles(output), page=True) is None


def test_a_formula_is_told_by_its_latex():
    formula = "<math><mspace style='margin-left: -9em'/><annotation>a &lt; \\hspace{-9em} b</annotation></math>"
    assert html_diagnostic(formula, page=True).texts[0] == r"a < \hspace{-9em} b"


def _words(text: str) -> list[str]:
    return text.split()


# What an attack is made of, for mixtures that nobody thought of.
PIECES = _words("""
<b> </b> <p> </p> <div> </div> <ul> </ul> <li> </li> <dl> <dt> <dd> </dl> <table> </table> <tr> </tr> <td> </td> <tbody>
<svg> </svg> <g> </g> <title> </title> <desc> </desc> <math> </math> <mi> </mi> <mtext> </mtext> <style> </style> <pre>
</pre> <a> </a> <h2> </h2> <br> <hr/> <img> <details> </details> <summary> </summary> <section> </section> <rect/>
<script> </script> <template> </template> <noscript> <xmp> <select> <option> <form> <mglyph> <annotation> </annotation>
<annotation-xml> <foreignObject> <iframe> <input> <button> </button> <body> </body> <!-- --> <!--> --!> <![CDATA[ ]]>
<!doctype> <?xml?> <? ?> </ <! < > & &lt; &gt; &#60; &#x3c; &amp; " ' ` = / \x00 \x0c \ufeff a { } ; : /* */ @scope{
""")
ATTRIBUTES = _words("""
href=a href="javascript:f()" href='java&Tab;script:f()' href=&#106;avascript:f() href="data:text/html,a" href=//a.test
src=a.png src="https://a.test/b" src="data:image/png;base64,AA==" onclick=f() OnLoad="f()" style="color:red"
style="position:fixed" style="background:url(//a.test)" style=&#112;osition:fixed style="color:red&quot=;position:fixed"
class=a class="md-overlay" id=a id=__search title=">" title='"' title="</b>" title=a title title=&quot; xlink:href=#a
xlink:href="javascript:f()" / = " ' ` formaction=a transform="a(b)" fill=url(#a) fill=url(//a.test) tabindex=0 x=" y='
""")


PLAIN = [
    "href=a",
    "class=a",
    "title='>'",
    "style=color:red",
    "id=a",
    "src=a.png",
    "align=left",
    "title='</div>'",
    "fill=red",
]
TAGS = _words("""
b p div ul li table tr td tbody svg g math mi mtext mrow msup pre a h2 br hr img details summary section rect dl dd
span title desc
""")


def mixtures(number: int) -> Iterator[str]:
    """Random HTML, much of it well-formed, with attributes in some of its tags."""
    draw = random.Random(number)
    for _ in range(3000):
        parts, ends, hostile = [], [], draw.choice([0, 0.1, 0.6])
        for _ in range(draw.randint(1, 8)):
            tag = draw.choice(TAGS)
            attributes = (
                [draw.choice(ATTRIBUTES if draw.random() < hostile else PLAIN)]
                if draw.random() < 0.5
                else []
            )
            parts.append(
                draw.choice(PIECES)
                if draw.random() < hostile
                else f"<{' '.join([tag, *attributes])}>"
            )
            ends += (
                [f"</{tag}>"] if "<" + tag in parts[-1] and tag not in ("br", "hr", "img") else []
            )
            if ends and draw.random() < 0.4:
                parts.append(ends.pop())
        yield "".join(parts + (ends[::-1] if draw.random() < 0.9 else []))


SCHEME = re.compile(r"[\0-\x20]*([a-z][a-z0-9+.\t\n\r-]*):", re.IGNORECASE)


def wrong(tree) -> list[str]:
    """What an independent reader of HTML finds that no page can have."""
    found = []
    for element in tree.iter():
        space, _, tag = str(element.tag).rpartition("}")
        language = {
            "{http://www.w3.org/2000/svg": "svg",
            "{http://www.w3.org/1998/Math/MathML": "math",
        }.get(space, "html")
        if "<function" in str(element.tag):  # a comment
            continue
        if tag.lower() not in ELEMENTS[language]:
            found.append(tag)
            continue
        for name, value in element.attrib.items():
            name = re.sub(r"\{.*xlink\}", "xlink:", str(name)).lower()
            if rule(language, tag.lower(), name) is None and not name.startswith("{"):
                found.append(f"{tag} {name}")
            scheme = SCHEME.match(value)
            if (
                name.endswith(("href", "src"))
                and scheme
                and scheme[1].lower() not in ("http", "https", "mailto", "data")
            ):
                found.append(f"{name} {value}")
            if name == "style" and re.search(r"position|url|\\", value, re.IGNORECASE):
                found.append(f"{name} {value}")
    return found


@pytest.mark.parametrize("number", range(12))
def test_a_mixture_without_diagnostics_is_read_by_browsers_as_nothing_else_and_stays_in_its_place(
    number,
):
    passed = 0
    for html in mixtures(number):
        if html_diagnostic(html) is None:
            passed += "<" in html
            whole = f'<article><div id="in">{html}</div><p id="after">a</p></article>'
            tree = html5lib.parse(whole, treebuilder="etree", namespaceHTMLElements=False)
            (article,) = tree.findall("body/article")
            assert [child.get("id") for child in article] == ["in", "after"], html
            assert len(tree.find("body")) == 1, html
            assert wrong(article[0]) == [], html
    assert passed > 200


def start_tags(html: str) -> list[str]:
    """The start tags of HTML as html5lib reads it, each with its attributes."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [
        f"{str(one.tag).rpartition('}')[2].lower()} {len(one.attrib)}"
        for one in tree.iter()
        if isinstance(one.tag, str)
    ]


@pytest.mark.parametrize("number", range(12, 15))
def test_what_a_well_kept_sanitiser_strips_is_refused(number):
    tags = {tag for language in ELEMENTS.values() for tag in language} - {"style"}
    names = {
        "class",
        "id",
        "style",
        "title",
        "tabindex",
        "href",
        "src",
        "alt",
        "fill",
        "transform",
        "xlink:href",
        "align",
    }
    stripped = 0
    for html in mixtures(number):
        if "<style" in html:  # whose text it passes on as it is
            continue
        clean = nh3.clean(
            html, tags=tags, attributes={"*": names}, url_schemes={"http", "https", "mailto", "data"}, link_rel=None,
            strip_comments=False, clean_content_tags={"script"},
        )  # fmt: skip
        if start_tags(clean) != start_tags(html):
            stripped += 1
            assert html_diagnostic(html) is not None, (html, clean)
    assert stripped > 500
