import pytest
import tinycss2

from publishing.read.styles import (
    StyleError,
    check_declarations,
    check_value,
    is_scoped,
    scoped,
    sheet,
)

ALLOWED = [
    "text-align: right",
    "color: #1b1f24; background-color: rgb(1 2 3 / 50%)",
    "width: 10em; max-width: 80%; padding: 0.5rem 1px; margin: 0 auto",
    "border: 1px solid currentColor; border-collapse: collapse; border-left-width: 2px; border-top-left-radius: 3px",
    "background: linear-gradient(90deg, #d65f5f 50.0%, transparent 50.0%)",
    "font: bold 12px/1.5 'Fira Code', monospace; font-variant-numeric: tabular-nums",
    "white-space: pre-wrap !important; vertical-align: middle; word-break: break-all; overflow-x: auto",
    "color: var(--md-code-fg-color); border-color: light-dark(#fff, black)",
    "text-indent: calc(5px * 2 + 1em); position: initial",
    "display: inline-block; list-style-type: square; text-decoration: underline dotted red",
    "",
]
REFUSED = [
    *(
        "position: fixed",
        "inset: 0",
        "z-index: 1",
        "float: left",
        "all: unset",
        "content: 'a'",
        "transform: none",
    ),
    *(
        "margin: -1px",
        "margin-top: -0.5em",
        "padding: calc(1px - 2px)",
        "margin: calc(1px + -9px)",
        "margin: var(--a)",
        "width: 99999px",
        "width: 1vw",
    ),
    *(
        "background: url(a.png)",
        "background: url('a.png')",
        "color: expression(f())",
        "background: image-set('a' 1x)",
    ),
    *(
        "display: grid",
        "display: contents",
        "--a: 1",
        "filter: blur(1px)",
        "box-shadow: 0 0 1px red",
        "a",
        "a: b",
    ),
    *(
        "color: {}",
        "color: [a]",
        "color: 'a'",
        "color: url(",
        "@media all {a: b}",
        "fill: red",
    ),
    "color: " + "rgb(" * 5000,
]


@pytest.mark.parametrize("css", ALLOWED)
def test_what_tables_and_text_need_may_stand_in_a_style(css):
    check_declarations(css)
    assert is_scoped(scoped(f"a > b:not(.c, [d='}}']), #e_1::before {{{css}}}"))


@pytest.mark.parametrize("css", REFUSED)
def test_what_moves_covers_loads_or_cannot_be_read_may_not(css):
    for read in (
        check_declarations,
        lambda css: sheet(f"a {{{css}}}"),
        lambda css: sheet(f"@media all {{a {{{css}}}}}"),
    ):
        with pytest.raises((StyleError, RecursionError)):
            read(css)


def test_an_escape_means_what_it_means_to_a_browser():
    check_declarations(r"c\6flor: red")
    for css in (
        "color: red} b {color: red",
        r"pos\69tion: fixed",
        r"background: u\72l(a.png)",
        r"position\3a fixed",
    ):
        with pytest.raises(StyleError):
            check_declarations(css)


@pytest.mark.parametrize(
    "css",
    [
        *(
            "} body {color: red} {",
            "a {}} b {}",
            "@scope (a) {b {}}",
            "@import 'a.css';",
            "@layer a {b {}}",
            "@font-face {}",
        ),
        *(
            "a {b {color: red}}",
            "a {color: red; & b {color: red}}",
            "a[b='\\3c/style>'] {}",
            "@media all {@import 'a';}",
        ),
        *(
            "a {",
            "a {color: red",
            "a",
            "a;",
            "@media all;",
            "@keyframes a {}",
            "a {}}",
            "a 'b\n' {}",
            "a(b {}",
        ),
    ],
)
def test_a_style_sheet_is_read_as_rules_and_written_again_or_refused(css):
    try:
        text = scoped(css)
    except StyleError:
        return
    assert "<" not in text
    (rule,) = tinycss2.parse_stylesheet(text)
    assert (rule.type, rule.lower_at_keyword, rule.prelude) == ("at-rule", "scope", [])
    assert is_scoped(text)


def test_what_is_scoped_is_one_rule_and_has_no_prelude():
    assert scoped("/* a */ p { color : red ; } @media print { p { margin: 0 } }") == (
        "@scope{p {color: red}@media print {p {margin: 0}}}"
    )
    for css in (
        "p {color: red}",
        "@scope (html) {p {color: red}}",
        "@scope{} p{}",
        "@scope{p {position: fixed}}",
        "@scope;",
        "",
    ):
        assert not is_scoped(css)


def test_a_drawing_has_its_own_properties_and_leads_to_its_own_parts():
    check_declarations(
        "fill: none; stroke-dashoffset: -1; clip-path: url(#a); marker-end: url('#b')", drawing=True
    )
    assert sheet("*{stroke-linejoin: round}", drawing=True) == "*{stroke-linejoin: round}"
    for css in (
        "clip-path: url(a.svg#b)",
        "fill: url(//a.test)",
        "position: fixed",
        "mask: url('a' 'b')",
    ):
        with pytest.raises(StyleError):
            check_declarations(css, drawing=True)


def test_the_value_of_an_attribute_leads_to_its_own_parts():
    for value in ("url(#a)", "translate(-1, 2) rotate(45)", "rgb(1,2,3)", "M0 0-1", "a"):
        check_value(value)
    for value in (
        "url(a)",
        "url('a')",
        r"u\72l(a)",
        "image(a)",
        "src('a')",
        "a url(",
        "url(#a) url(b)",
    ):
        with pytest.raises(StyleError):
            check_value(value)


def test_a_formula_moves_by_the_width_of_a_letter():
    check_declarations("margin-left: -0.16666667em", least=-1)
    for css in ("margin-left: -1.5em", "position: fixed"):
        with pytest.raises(StyleError):
            check_declarations(css, least=-1)
