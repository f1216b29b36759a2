"""What HTML a page may hold: one list, by which nh3 cleans a text, and what goes beyond it.

nh3 reads HTML as browsers do. Whatever it is given, it writes what is balanced and on the list.
"""

import html
import re
from collections.abc import Callable, Set
from typing import NamedTuple
from xml.etree.ElementTree import Element

import nh3


def _words(text: str) -> Set[str]:
    return dict.fromkeys(text.split()).keys()  # a set in the order of the text


def _some_of(*names: str) -> re.Pattern:
    return re.compile(rf"\s*+((?>({'|'.join(names)})(\s+|$)))*+")


# The classes that authors may give; what else the style sheet knows is for templates.
CLASSES = _words(
    "admonition admonition-title note abstract info tip success question warning failure danger bug"
    " example quote sheet"
)
# What Markdown and its extensions give.
_MADE = _words(
    "(?!doc)[a-z][a-z0-9]{0,2} annotate arithmatex autorefs[a-z-]* critic filename headerlink"
    r" highlight(table)? (footnote|lineno|magiclink|tabbed|task-list)[a-z-]* inline keys"
    r" (key|language)-[\w+-]+ term twemoji choose"
)
_TEXT = _words(
    "a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em"
    " figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp"
    " section small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr"
)
_MATH = _words(
    "annotation math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom"
    " mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder"
    " munderover none semantics"
)
_OF_MATH = _words(
    "accent accentunder columnalign columnlines columnspacing columnspan depth display fence form"
    " displaystyle encoding height intent largeop linethickness lspace mathbackground mathcolor"
    " mathsize mathvariant maxsize minsize movablelimits notation rowalign rowlines rowspacing"
    " rowspan rspace scriptlevel separator stretchy symmetric voffset width xmlns"
)
_HARMLESS = (
    "* title|* aria-label|* aria-hidden|* dir|* lang|a hreflang|annotation data-search-exclude"
    "|col span|details open|img alt|img height|img loading|img width|li value|math tabindex"
    "|ol reversed|ol start|ol type|td colspan|td rowspan|th colspan|th rowspan|th scope"
)

_ANY = re.compile("(?s).*")
_PLAIN = re.compile(r"[\w\s.,:/#%+=()-]*")
# A host is in ASCII, without a name before it: `https://a.test@b.test` leads to b.test.
_HOST = r"[^/?#@%\\\0-\x20\x7f-\U0010ffff]*+(?![^/?#])"
_ADDRESS = re.compile(rf"((?i:https?):/*+{_HOST}|//++{_HOST}|(?i:mailto):|(?![^/?#]*:|//))[^\\]*")
_PICTURE = re.compile(r"(?i)data:image/[a-z+]+;base64,[\w+/=\s%]*|(?![^/?#]*:|//)[^\\]*")
# Colours and weights; nothing that has a length.
_STYLE = re.compile(
    r"\s*(text-align|(background-)?color|font-(weight|style)|text-decoration)\s*:"
    r"(\s*(rgb|hsl)a?\([\d%., /-]+\)|[\w#%., -]+)\s*"
)
_OF_FORMULA = re.compile(
    r"\s*((margin-left|padding-(left|right))\s*:\s*-?\d{0,2}(\.\d+)?(em)?"
    r"|border-(top|right|bottom|left)\s*:\s*0?\.\d+em [a-z ]+"
    r"|(text-align|justify-items|color)\s*:[\w# -]+)\s*"
)
# The theme finds its own parts by ids with two underscores, and draws overlays by its classes.
_ID = re.compile(r"(?!__)\S+|__\w+__|__(span|codelineno|tabbed)[\w-]*")
_OWN_ID = re.compile(rf"(?!figure-\d[^.]*\.)({_ID.pattern})")
_CLASS = re.compile(r"(?is)(?!(.*\s)?(md-(?!button\b|ellipsis\b|nav__link\b)|mermaid|copied)).*")
_TAB = re.compile(r"__tabbed_\d+(_\d+)?")
_FIGURE = re.compile(r"figure-\d+(-\d+)?\.(svg|png|jpeg)")

_ATTRIBUTES = {  # by element and name
    **dict.fromkeys(_HARMLESS.split("|"), _ANY),
    "a rel": _some_of("noopener", "noreferrer", "nofollow", "external", "license", "ugc"),
    **{"a href": _ADDRESS, "img src": _PICTURE, "a name": _ID},
    **{f"{tag} {name}": _PLAIN for tag in _MATH for name in _OF_MATH},
    **{f"{tag} style": _OF_FORMULA for tag in _MATH - {"math"}},
}
_OF_OUTPUTS = {
    "* style": _STYLE,
    "* class": _some_of(*CLASSES, "highlight"),
    "div data-handle": re.compile("[a-z]+"),
    "div data-values": _ANY,
}
# What Markdown and its extensions write, and what only templates do.
_OF_MARKDOWN = {
    **dict.fromkeys(("* role", "* data-search-exclude", "* data-linenos"), _ANY),
    **dict.fromkeys(("input checked", "input disabled"), _ANY),
    **dict.fromkeys(("input id", "input name", "label for"), _TAB),
    **{"* id": _OWN_ID, "* class": _some_of(*CLASSES, *_MADE), "* tabindex": re.compile("0")},
    **{"* aria-describedby": _ID, "input type": re.compile("checkbox|radio")},
    **dict.fromkeys(("div data-tabs", "div data-right"), _PLAIN),
    **{f"autoref {name}": _ANY for name in ("identifier", "optional", "hover")},
    **{f"autoref backlink-{name}": _ANY for name in ("anchor", "type")},
}
_OF_TEMPLATES = {
    **dict.fromkeys(("section data-exercise", "figure data-frame", "* data-forms"), _ANY),
    **dict.fromkeys(("div data-pending", "div popover"), _PLAIN),
    **dict.fromkeys(("div data-predict", "figure data-ties"), _ANY),
    **{"a download": _ANY, "* id": _ID, "* class": _CLASS, "button popovertarget": _FIGURE},
}


class Rules(NamedTuple):
    """What HTML may hold: elements, and what each of their attributes matches."""

    tags: Set[str]
    attributes: dict[str, re.Pattern]
    dropped: Set[str] = frozenset()  # what is left out and not refused


PROSE = Rules(
    _TEXT | _MATH,
    _ATTRIBUTES
    | {"* id": re.compile(r"[^\W\d_][\w-]*"), "* markdown": _ANY, "* class": _some_of(*CLASSES)},
)
# Its look is the site's: what a library brings for that is dropped, as the style sheet of pandas.
OUTPUT = Rules(
    _TEXT | _MATH, _ATTRIBUTES | _OF_OUTPUTS, _words("style class id border align valign scoped")
)
# What Markdown made of prose, and a whole page.
WRITTEN = Rules(
    _TEXT | _MATH | _words("autoref input label"),
    _ATTRIBUTES | _OF_OUTPUTS | _OF_MARKDOWN,
)
PAGE = Rules(WRITTEN.tags | _words("article aside button nav"), WRITTEN.attributes | _OF_TEMPLATES)

_NOWHERE = "which no page can have"
_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-z][^\s/<>]*)(?:"[^"]*"|'[^']*'|[^"'<>])*>""",
    re.DOTALL | re.IGNORECASE,
)
_WITHOUT_END = _words(
    "br col hr img input wbr caption colgroup dd dt li p rp rt tbody td tfoot th thead tr"
)
# Where HTML stands on a page: what leaves its place is seen by what comes after it.
_AROUND = "<main><div><article><section>{}<hr>after</section></article></div></main>"


class Defect(NamedTuple):
    """What is wrong with HTML: the end of a sentence, and how its author may have written it."""

    message: str
    texts: tuple[str, ...]


def clean(markup: str, rules: Rules) -> tuple[str, list[Defect]]:
    """HTML as a page may hold it, and what of it went beyond the rules."""
    markup = markup.encode("utf-8", "replace").decode("utf-8-sig")  # no halves of characters
    markup = re.sub(r"(<pre\b[^<>]*>)(?=\n|&#10;)", r"\1\n", markup)  # HTML drops one
    names = dict.fromkeys(tag["name"].lower() for tag in _TAG.finditer(markup) if tag["name"])
    unknown = [name for name in names if name not in rules.tags | rules.dropped]
    defects = [_element_defect(rules, name) for name in unknown]

    def judge(tag: str, name: str, value: str) -> str | None:
        kept = _kept(rules, tag, name, value)
        if kept is None and tag in rules.tags and name not in rules.dropped:
            defects.append(_attribute_defect(rules, tag, name, value))
        return kept

    cleaned = _written(markup, rules, judge)
    around = _written(_AROUND.format(markup), rules, lambda *attribute: _kept(rules, *attribute))
    if not defects and around != _AROUND.format(cleaned):
        defects.append(_unbalanced(markup))
    return cleaned, defects


def _written(markup: str, rules: Rules, judge: Callable[[str, str, str], str | None]) -> str:
    """What nh3 writes of HTML, with the attributes that pass the judge."""
    # nh3 itself would drop an address whose scheme it does not know, before the judge sees it.
    signs = re.sub(r"[\0-\x20]", "", html.unescape(markup)).lower()
    return nh3.clean(
        markup,
        tags=rules.tags | {"main", "article"},
        clean_content_tags=rules.dropped & {"style"},
        attributes={},
        generic_attribute_prefixes={""},
        attribute_filter=judge,
        url_schemes=set(re.findall(r"[a-z][a-z0-9+.-]{0,30}(?=:)", signs)),
        link_rel=None,
    )


def _kept(rules: Rules, tag: str, name: str, value: str) -> str | None:
    """The value of an attribute as a page may hold it; None if it may not."""
    rule = rules.attributes.get(f"{tag} {name}") or rules.attributes.get(f"* {name}")
    if rule is None:
        return None
    if name == "style":
        parts = [part for part in value.split(";") if part.strip()]
        kept = [part for part in parts if rule.fullmatch(part)]
        return value if kept == parts else ";".join(kept) * (name in rules.dropped) or None
    if name in ("href", "src"):  # browsers pass over line breaks, and white space before
        return value if rule.fullmatch(re.sub(r"^[\0-\x20]+|[\t\n\r]", "", value)) else None
    return value if rule.fullmatch(value) else None


def _element_defect(rules: Rules, tag: str) -> Defect:
    way = f"; write `&lt;{tag}>` to show these signs" if rules is PROSE else ""
    return Defect(f"has `<{tag}>`, {_NOWHERE}{way}.", (f"<{tag}",))


def _attribute_defect(rules: Rules, tag: str, name: str, value: str) -> Defect:
    if name == "class":  # as the author gave it: Markdown adds its own
        value = " ".join(each for each in value.split() if _kept(rules, tag, name, each) is None)
    short = " ".join(value.split())[:60]
    if name == "href" and re.match(r"(?i)\s*(https?:|//)", value):
        way = "write its host in ASCII, and no name before that"
        message = f"leads to `{short}`, which looks like another address; {way}."
    elif name == "src" and re.match(r"(?i)\s*(https?:)?//", value):
        way = "keep a copy beside the tutorial, or link to it"
        message = f"loads `{short}` from elsewhere; {way}."
    elif name in ("href", "src"):
        way = "give http, https, mailto, or the way to a page or a file of the site"
        message = f"leads to `{short}`, {_NOWHERE}; {way}."
    else:
        known = f"; authors may give {', '.join(CLASSES)}" if name == "class" else f", {_NOWHERE}"
        message = f"has `{name}={short}` in `<{tag}>`{known}."
    return Defect(message, (value, value.partition("#")[0], f"{name}=", f"<{tag}", name))


def _unbalanced(markup: str) -> Defect:
    """What to say of HTML that leaves its place: which element is not closed, or not open."""
    opened: list[str] = []
    for tag in _TAG.finditer(markup):
        name = (tag["name"] or "").lower()
        if not name or name in _WITHOUT_END or tag[0].endswith("/>"):
            continue
        if not tag["end"]:
            opened.append(name)
        elif name not in opened:
            message = f"closes `</{name}>`, which is not open; what follows would leave its place."
            return Defect(message, (f"</{name}",))
        elif name == opened[-1]:
            opened.pop()
        else:
            break
    if opened:
        message = f"does not close `<{opened[-1]}>`; close it, or write `&lt;` for a `<`."
        return Defect(message, (f"<{opened[-1]}",))
    message = "has a comment or a tag without an end, which would swallow what follows."
    return Defect(message, (markup[markup.rfind("<") :].partition("\n")[0],))


_DRAWING = _words(
    "circle clipPath defs desc ellipse g image line linearGradient marker mask path pattern polygon"
    " polyline radialGradient rect stop style svg symbol text textPath title tspan use"
)
_LOADS = re.compile(r"(?i)[@\\]|url\((?!\s*[\"']?#)|(image|image-set|src|cross-fade)\(")
_PIXELS = re.compile(r"\s*data:image/(png|jpeg);base64,[\w+/=\s]*", re.ASCII)


def drawing_defect(root: Element) -> str | None:
    """What is wrong with an SVG file, which can be opened by itself; the end of a sentence."""
    for element in root.iter():
        space, _, tag = element.tag.rpartition("}")
        if space not in ("", "{http://www.w3.org/2000/svg") or tag not in _DRAWING:
            return f"has `<{tag}>`, {_NOWHERE}."
        if tag == "style" and (loads := _LOADS.search(element.text or "")):
            piece = element.text[loads.start() :].split()[0][:60]
            return f"has a style sheet with `{piece}`, {_NOWHERE}."
        for name, value in element.items():
            name = name.rpartition("}")[2].lower()
            if name.startswith("on") or name == "base":
                return f"has `{name}` in `<{tag}>`, {_NOWHERE}."
            own = value.startswith("#") or (tag == "image" and _PIXELS.fullmatch(value))
            if _LOADS.search(value) or (name == "href" and not own):
                return f"has `{value[:60]}` in `{name}` of `<{tag}>`, {_NOWHERE}."
    return None
