"""What the HTML of a page may hold: elements, the attributes that each may have, and their values."""

import re
from typing import Any

Rule = (
    re.Pattern | str
)  # what the value of an attribute matches, or the kind of value that markup.py reads it as
LINK, PICTURE, STYLE, PART = "link", "picture", "style", "part"


def _each(names: str, rule: Any) -> dict[str, Any]:
    """A rule for each of some names."""
    return dict.fromkeys(names.split(), rule)


_TEXT = re.compile("(?s).*")
_NUMBER = re.compile(r"\d{1,4}(\.\d+)?(px|%)?")
_WORD = re.compile(r"[\w-]*")
_WORDS = re.compile(r"[\w\s/+.:-]*")
_COLOUR = re.compile(r"#[\da-fA-F]{3,8}|[a-zA-Z]+")
# Ids and classes by which themes find their own menus and overlays, or load a program from elsewhere, are theirs.
_ID = re.compile(r"(?!__)\S+|__\w+__|__(span|codelineno|tabbed)[\w-]*")
_CLASS = re.compile(
    r"(?!(.*\s)?(md-(?!button\b|ellipsis\b|nav__link\b)\S*|mermaid|copied|(fixed|sticky|position)-\S+|modal\S*)(\s|\Z))"
    r".*",
    re.DOTALL | re.IGNORECASE,
)
_TAB = re.compile(r"__tabbed_\d+(_\d+)?")
_FIGURE = re.compile(r"figure-\d+(-\d+)?\.(svg|png|jpeg)")
# Short: a formula stays in its line.
_LENGTH = re.compile(r"(-?\d|\d{0,2})(\.\d+)?(em|ex|px|pt|rem|%)?|-?\.\d+(em|ex)?")
_LENGTHS = re.compile(r"[\d. empxt%]{0,80}")

_EVERYWHERE = {
    "class": _CLASS,
    "id": _ID,
    "style": STYLE,
    "tabindex": re.compile("0"),
    **_each(
        "data-exercise data-forms data-frame data-linenos data-search-exclude role title", _TEXT
    ),
    **_each("dir lang", _WORD),
}
_OTHERS = re.compile("aria-[a-z]+|data-quarto-[a-z-]+")
_BOX = _each("align valign", _WORD) | _each("height width", _NUMBER)
_CELL = {
    **_BOX,
    **_each("colspan rowspan span", _NUMBER),
    **{"scope": _WORD, "headers": _TEXT, "bgcolor": _COLOUR, "nowrap": _WORD},
}
_HTML = {
    **_each(
        "abbr address article aside b bdi big blockquote br center cite code dd del dfn dl dt em figcaption",
        {},
    ),
    **_each(
        "figure i ins kbd mark pre q rp rt ruby s samp section small span strike strong sub summary sup tt u",
        {},
    ),
    **_each("ul var wbr", {}),
    **_each("h1 h2 h3 h4 h5 h6 p", {"align": _WORD}),
    **_each("caption col colgroup tbody td tfoot th thead tr", _CELL),
    "a": {"href": LINK, "name": _ID, "download": _TEXT, "rel": _TEXT, "hreflang": _WORD},
    # What mkdocstrings leaves to another plugin, which makes a link of it.
    "autoref": _each("backlink-anchor backlink-type hover identifier optional", _TEXT),
    "button": {
        "popovertarget": _FIGURE
    },  # opens a figure that is on the page, and no button does anything else
    "details": {"open": _WORD},
    "div": {
        "align": _WORD,
        "popover": re.compile("(auto)?"),
        "data-tabs": re.compile(r"\d+:\d+"),
        "data-pending": re.compile(r"[\w/-]+"),
        "data-predict": re.compile(r"[\w+/]+=*"),
        "data-handle": re.compile(r"[a-z]+"),  # the name of a program in assets/handles
        "data-values": _TEXT,
    },
    "font": {"color": _COLOUR, "size": re.compile(r"[+-]?\d"), "face": _TEXT},
    "hr": _BOX,
    "img": _BOX | {"src": PICTURE, "alt": _TEXT, "loading": _WORD, "decoding": _WORD},
    # Tabs and lists of tasks, as extensions of Markdown write them.
    "input": _each("checked disabled", _WORD)
    | _each("id name", _TAB)
    | {"type": re.compile("checkbox|radio")},
    "label": {"for": _TAB},
    "li": {"value": _NUMBER},
    "ol": {"start": _NUMBER, "type": _WORD, "reversed": _WORD},
    "style": {"type": re.compile("text/css"), "scoped": _WORD, "media": _WORDS},
    "table": _CELL
    | _each("border cellpadding cellspacing", _NUMBER)
    | _each("frame rules", _WORD)
    | {"summary": _TEXT},
    "time": {"datetime": _TEXT},
}
_XMLNS = {"xmlns": re.compile(r"http://www\.w3\.org/(2000/svg|1998/Math/MathML)")}
_DRAWN = {
    **_each(
        "alignment-baseline baseline-shift clip-path clip-rule clippathunits color color-interpolation cx cy",
        PART,
    ),
    **_each(
        "d direction display dominant-baseline dx dy fill fill-opacity fill-rule font-family font-size",
        PART,
    ),
    **_each(
        "font-stretch font-style font-variant font-weight fx fy gradienttransform gradientunits height",
        PART,
    ),
    **_each(
        "image-rendering lengthadjust letter-spacing marker-end marker-mid marker-start markerheight",
        PART,
    ),
    **_each(
        "markerunits markerwidth mask maskcontentunits maskunits offset opacity orient paint-order",
        PART,
    ),
    **_each(
        "pathlength patterncontentunits patterntransform patternunits points preserveaspectratio r refx",
        PART,
    ),
    **_each(
        "refy rotate rx ry shape-rendering spreadmethod startoffset stop-color stop-opacity stroke",
        PART,
    ),
    **_each(
        "stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit", PART
    ),
    **_each(
        "stroke-opacity stroke-width text-anchor text-decoration text-rendering textlength transform",
        PART,
    ),
    **_each("vector-effect viewbox visibility width word-spacing x x1 x2 xml:space y y1 y2", PART),
}
_OWN_PART = _each("href xlink:href", re.compile("#.*"))
_PIXELS = _each(
    "href xlink:href", re.compile(r"\s*data:image/(png|jpeg);base64,[\w+/=\s]*", re.ASCII)
)
_SVG = {
    **_each(
        "circle clippath defs desc ellipse g line marker mask path polygon polyline rect stop symbol",
        _DRAWN,
    ),
    **_each("text title tspan", _DRAWN),
    **_each("lineargradient pattern radialgradient textpath use", _DRAWN | _OWN_PART),
    "image": _DRAWN | _PIXELS,
    # A box of the page, which may not be moved.
    "svg": {name: rule for name, rule in _DRAWN.items() if name != "transform"}
    | _XMLNS
    | {
        "xmlns:xlink": re.compile(r"http://www\.w3\.org/1999/xlink"),
        "version": _NUMBER,
        "baseprofile": _WORD,
    },
}
_FORMULA = {
    **_each(
        "accent accentunder align columnalign columnlines columnspan display displaystyle encoding fence",
        _WORDS,
    ),
    **_each(
        "form frame intent largeop linebreak mathvariant movablelimits notation rowalign rowlines",
        _WORDS,
    ),
    **_each("rowspan scriptlevel separator stretchy symmetric", _WORDS),
    **_each("columnspacing rowspacing", _LENGTHS),
    **_each(
        "depth height linethickness lspace mathsize maxsize minsize rspace voffset width", _LENGTH
    ),
    **_each("mathbackground mathcolor", _COLOUR),
    "alttext": _TEXT,
}
_MATH = {
    **_each(
        "annotation menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts",
        _FORMULA,
    ),
    **_each(
        "mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none",
        _FORMULA,
    ),
    "semantics": _FORMULA,
    "math": _FORMULA | _XMLNS,
}

ELEMENTS = {"html": _HTML, "svg": _SVG, "math": _MATH}  # by the language that an element belongs to
VOID = _each("br col hr img input wbr", None).keys()
ENDS_BY_ITSELF = _each("caption colgroup dd dt li p rp rt tbody td tfoot th thead tr", None).keys()
TABLE = _each("table tbody tfoot thead tr", None).keys()  # they hold nothing but their parts
# What is in these belongs to HTML again, though they are parts of a drawing or a formula.
TEXT_ONLY = _each("annotation desc mi mn mo ms mtext title", None).keys()
# The elements that another must be in: browsers would move it, or take it for the end of more than that.
PARENTS = {
    **_each("li", {"ol", "ul"}),
    **_each("dd dt", {"div", "dl"}),
    **_each("rp rt", {"ruby"}),
    **_each("caption colgroup tbody tfoot thead", {"table"}),
    **_each("col", {"colgroup", "table"}),
    **_each("tr", {"table", "tbody", "tfoot", "thead"}),
    **_each("td th", {"tr"}),
}


def rule(language: str, element: str, name: str) -> Rule | None:
    """What the value of an attribute must be; None where the element cannot have it."""
    own = ELEMENTS[language][element].get(name)
    return own or _EVERYWHERE.get(name) or (_TEXT if _OTHERS.fullmatch(name) else None)
