"""What nh3 writes by our list: nothing beyond the list, and all in its place."""

import random
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import html5lib
from pygments.token import STANDARD_TYPES

from publishing.read.markup import CLASSES, OUTPUT, PAGE, PROSE, WRITTEN, clean, drawing_defect


def told(markup: str, rules=PROSE) -> list[str]:
    return [defect.message for defect in clean(markup, rules)[1]]


HELD = [  # by all three lists, as it is
    "<div><p>one<br>two</p><table><tbody><tr><td>1</td></tr></tbody></table></div>",
    '<ul><li>a</li></ul> <ol start="3"><li>b</li></ol> <dl><dt>a</dt><dd>b</dd></dl>',
    '<details open=""><summary>a</summary>b</details> <kbd>c</kbd> <sup>d</sup>',
    '<a href="https://a.test/?b=javascript:c#d" title="javascript:">a</a> <a href="../b/#c">d</a>',
    '<a href="mailto:a@b.test">a</a> <a href="//a.test">b</a> <a href="HTTPS://a.test">c</a>',
    '<img src="a.png" alt="a &gt; b" width="9"> <img src="data:image/png;base64,AA==">',
    '<math display="block"><mrow><mi>x</mi><mspace width="1em"></mspace></mrow></math>',
    '<math><mspace style="margin-left:-0.16666667em;"></mspace></math>',
    '<td colspan="2">a</td>'.join(["<table><tbody><tr>", "</tr></tbody></table>"]),
    "a &lt; b, 3 &lt; 4, R&amp;D, “c”",
    "<pre>\n\nx</pre><pre>y</pre>",
    "",
]
REPAIRED = {  # what HTML allows, or what is not closed where nothing follows it
    "<p>one<p>two<ul><li>a<li>b</ul>": "<p>one</p><p>two</p><ul><li>a</li><li>b</li></ul>",
    "<table><tr><th>a<td>b</table>": "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>",
    "<!-- a <b> comment -->a < b &copy;<br />": "a &lt; b ©<br>",
    "<pre>&#10;&#10;x</pre>": "<pre>\n\nx</pre>",
    "half \ud800 of a character": "half ? of a character",
}
BEYOND = {  # what is said of it in prose
    "<script>f()</script>": "has `<script>`, which no page can have; write `&lt;script>` to show",
    "List<int> is a list": "has `<int>`, which no page can have",
    "<math><maction>a</maction></math>": "has `<maction>`",
    "<a onclick='f()'>b</a>": "has `onclick=f()` in `<a>`, which no page can have.",
    "<a OnError=f()>b</a>": "has `onerror=f()` in `<a>`",
    "<a href=a ping=b>c</a>": "has `ping=b` in `<a>`",
    "<a href='javascript:f()'>a</a>": "leads to `javascript:f()`, which no page can have; give",
    "<a href=' JavaScript:f()'>a</a>": "leads to `JavaScript:f()`",
    "<a href='&#106;ava&#10;script:f()'>a</a>": "leads to `java script:f()`",
    r"<a href='https:\\a.test'>a</a>": r"leads to `https:\\a.test`",
    "<img src=' //a.test/b.png'>": "loads `//a.test/b.png` from elsewhere; keep a copy beside",
    "<img src='HTTP://a.test/b.png'>": "loads `HTTP://a.test/b.png` from elsewhere",
    "<ul class='cards'></ul>": "has `class=cards` in `<ul>`; authors may give admonition, ",
    "<p id=__search>a</p>": "has `id=__search` in `<p>`, which no page can have.",
    "<p style='color: red'>a</p>": "has `style=color: red` in `<p>`, which no page can have.",
    "<div><b>a</div>": "does not close `<b>`; close it, or write `&lt;` for a `<`.",
    "<details><summary>a</summary>\n\nb": "does not close `<details>`",
    "a </div> b": "closes `</div>`, which is not open; what follows would leave its place.",
    "a</div><div>b": "closes `</div>`",
    "</section>": "closes `</section>`",
    "a\n<!-- b": "has a comment or a tag without an end, which would swallow what follows.",
    "a\n<b title='c": "has a comment or a tag without an end",
}


def test_what_the_list_holds_stays_as_it_is_and_what_html_leaves_out_is_written():
    for markup in HELD:
        for rules in (PROSE, OUTPUT, PAGE):
            assert clean(markup, rules) == (markup, [])
    for markup, cleaned in REPAIRED.items():
        assert clean(markup, PAGE) == (cleaned, [])


def test_what_goes_beyond_the_list_or_out_of_its_place_is_told_in_a_sentence():
    for markup, start in BEYOND.items():
        assert [message[: len(start)] for message in told(markup)] == [start], markup


def test_all_that_is_wrong_is_told_at_once():
    markup = "<iframe src='//a.test'></iframe><b onclick=f()>a</b><img src=//a.test/b>"
    assert [message.split("`")[1] for message in told(markup)] == [
        *("<iframe>", "onclick=f()", "//a.test/b"),
    ]


def test_prose_may_give_a_dozen_classes_and_pages_those_of_the_site_but_none_of_the_theme():
    for name in CLASSES:
        assert told(f"<div class='{name} note'>a</div>") == []
    for name in ("doors", "filter", "md-overlay", "term", "run-it", "note cards"):
        assert told(f"<div class='{name}'>a</div>") != []
    assert told("<ul class='cards seven'></ul>", PAGE) == []
    for name in ("md-overlay", "x\nmd-search__overlay", "MD-dialog", "mermaid"):
        assert told(f"<div class='{name}'>a</div>", PAGE) != []


def test_what_markdown_made_may_have_its_classes_and_those_of_pygments_but_none_of_the_site():
    of_markdown = "headerlink term highlight language-python task-list-item tabbed-set footnote"
    for name in (*STANDARD_TYPES.values(), *of_markdown.split(), *CLASSES):
        assert told(f"<span class='{name}'>a</span>", WRITTEN) == [], name
    for name in ("doors", "filter", "doc", "long", "md-overlay", "note cards", "n doc"):
        assert told(f"<span class='{name}'>a</span>", WRITTEN) != [], name


def test_an_output_keeps_colours_and_weights_and_loses_what_else_it_looks_like():
    styled = '<style scoped>.a{{position:fixed}}</style><b class="a" id="b" style="{}">c</b>'
    for style, kept in {
        "color: red; font-weight: bold": "color: red; font-weight: bold",
        "position: fixed; color: rgb(1 2 3 / 50%)": " color: rgb(1 2 3 / 50%)",
        "background-color:url(//a.test); text-align: right": " text-align: right",
        "font-size: 9999px; line-height: 0": "",
    }.items():
        attribute = f' style="{kept}"' if kept else ""
        assert clean(styled.format(style), OUTPUT) == (f"<b{attribute}>c</b>", [])
    assert told("<td style='text-align: right;'>a</td>", PAGE) == []
    assert told("<b style='position: fixed'>a</b>", PAGE) == [
        "has `style=position: fixed` in `<b>`, which no page can have."
    ]


def test_the_words_of_an_author_are_kept_for_finding_the_line():
    (defect,) = clean("<a href='&#106;avascript:f()#x'>a</a>", PAGE)[1]
    assert defect.texts[:2] == ("javascript:f()#x", "javascript:f()")


def test_a_drawing_leads_to_its_own_parts_and_loads_nothing():
    def drawn(content: str) -> str | None:
        space = 'xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
        return drawing_defect(ElementTree.fromstring(f"<svg {space}>{content}</svg>"))

    for content in (
        "<style>*{stroke-linejoin: round}</style>",
        '<g clip-path="url(#a)" style="fill: none; marker-end: url(\'#b\')"/><use x:href="#a"/>',
        '<image x:href="data:image/png;base64,AA==" style="image-rendering: pixelated"/>',
        '<path d="M0 0-1" transform="translate(-1, 2) rotate(45)" fill="rgb(1,2,3)"/>',
    ):
        assert drawn(content) is None, content
    for content in (
        "<style>@import 'a.css'</style>",
        r'<g fill="u\72l(//a.test)"/>',
        "<g style=\"mask: url('a.svg#b')\"/>",
        '<image href="a.png"/>',
        '<use href="a.svg#b"/>',
        '<g onload="f()"/>',
        "<script/>",
        '<p xmlns="http://www.w3.org/1999/xhtml"/>',
    ):
        assert drawn(content).endswith("which no page can have."), content


def _words(text: str) -> list[str]:
    return text.split()


# What an attack is made of, for mixtures that nobody thought of.
PIECES = _words("""
<b> </b> <p> </p> <div> </div> <ul> </ul> <li> </li> <dl> <dt> <dd> </dl> <table> </table> <tr>
</tr> <td> </td> <tbody> <svg> </svg> <g> </g> <title> </title> <desc> </desc> <math> </math> <mi>
</mi> <mtext> </mtext> <style> </style> <pre> </pre> <a> </a> <h2> </h2> <br> <hr/> <img>
<details> </details> <summary> </summary> <section> </section> <rect/> <script> </script>
<template> </template> <noscript> <xmp> <select> <option> <form> <mglyph> <annotation>
</annotation> <annotation-xml> <foreignObject> <iframe> <input> <button> </button> <body> </body>
<!-- --> <!--> --!> <![CDATA[ ]]> <!doctype> <?xml?> <? ?> </ <! < > & &lt; &gt; &#60; &#x3c;
&amp; " ' ` = / \x00 \x0c \ufeff a { } ; : /* */ @scope{
""")
ATTRIBUTES = _words("""
href=a href="javascript:f()" href='java&Tab;script:f()' href=&#106;avascript:f()
href="data:text/html,a" href=//a.test src=a.png src="https://a.test/b"
src="data:image/png;base64,AA==" onclick=f() OnLoad="f()" style="color:red" style="position:fixed"
style="background:url(//a.test)" style=&#112;osition:fixed style="color:red&quot=;position:fixed"
class=a class="md-overlay" id=a id=__search title=">" title='"' title="</b>" title=a title
title=&quot; xlink:href=#a xlink:href="javascript:f()" / = " ' ` formaction=a transform="a(b)"
fill=url(#a) fill=url(//a.test) tabindex=0 x=" y='
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
b p div ul li table tr td tbody svg g math mi mtext mrow msup pre a h2 br hr img details summary
section rect dl dd span title desc
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


def strange(element, rules) -> list[str]:
    """What an independent reader of HTML finds in an element that the list does not hold."""
    found = []
    for part in element.iter():
        if not isinstance(part.tag, str):
            found.append(str(part.tag))  # a comment
            continue
        tag = part.tag.rpartition("}")[2]
        found += [] if tag in rules.tags | {"main"} else [tag]
        for name, value in part.attrib.items():
            name = name.rpartition("}")[2] if isinstance(name, str) else name[1]
            if not rules.attributes.keys() & {f"{tag} {name}", f"* {name}"}:
                found.append(f"{tag} {name}")
            scheme = SCHEME.match(value)
            allowed = ("http", "https", "mailto", "data")
            if name in ("href", "src") and scheme and scheme[1].lower() not in allowed:
                found.append(f"{name} {value}")
            if name == "style" and re.search(r"position|url|\\\\", value, re.IGNORECASE):
                found.append(f"{name} {value}")
    return found


def test_whatever_is_written_is_read_as_what_the_list_holds_and_stays_in_its_place():
    passed = 0
    for number, rules in enumerate((PROSE, OUTPUT, PAGE)):
        for markup in mixtures(number):
            cleaned, defects = clean(markup, rules)
            passed += not defects and "<" in cleaned
            whole = f'<article><div id="in">{cleaned}</div><p id="after">a</p></article>'
            tree = html5lib.parse(whole, treebuilder="etree", namespaceHTMLElements=False)
            (article,) = tree.findall("body/article")
            assert [child.get("id") for child in article] == ["in", "after"], markup
            assert len(tree.find("body")) == 1, markup
            article[0].attrib.clear()
            assert strange(article[0], rules) == [], (markup, cleaned)
    assert passed > 1000
