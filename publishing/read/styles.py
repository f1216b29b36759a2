"""Style sheets and `style` attributes, parsed: what of CSS a page may hold."""

import re

import tinycss2

# None of these lays anything over what is around it, or loads anything.
_BOX = re.compile(
    r"(min-|max-)?(width|height|inline-size|block-size)|(padding|margin)(-(top|right|bottom|left|block|inline)(-(start|end))?)?"
    r"|border(-(top|right|bottom|left|block|inline)(-(start|end))?)?(-(width|style|color))?"
    r"|border-(collapse|spacing|((top|bottom)-(left|right)-)?radius)"
    r"|font(-(family|feature-settings|kerning|size|stretch|style|variant(-[a-z]+)?|weight))?"
    r"|(-webkit|-moz-osx)-font-smoothing|text-(align(-last)?|indent|decoration(-[a-z]+)?|overflow|transform|wrap|underline-offset)|vertical-align"
    r"|(background-|accent-|caret-)?color|background(-image)?|opacity|visibility|display|white-space|word-(break|wrap)"
    r"|overflow(-[xy]|-wrap)?|hyphens|tab-size|direction|list-style(-type|-position)?|quotes|caption-side|empty-cells"
    r"|table-layout|box-sizing|color-scheme|cursor|line-height|user-select"
    r"|flex(-[a-z]+)?|(row-|column-)?gap|(justify|align|place)-(content|items|self)|column-count"
)
_DRAWING = re.compile(
    r"fill(-opacity|-rule)?|stroke(-[a-z]+)?|stop-(color|opacity)|clip-(path|rule)|marker(-start|-mid|-end)?|mask"
    r"|text-anchor|(dominant|alignment)-baseline|baseline-shift|paint-order|vector-effect|letter-spacing|word-spacing"
    r"|(shape|text|image|color)-rendering|font-size-adjust|(mix-blend-mode|isolation|writing-mode)|shape-inside|filter"
    r"|solid-(color|opacity)|(color-interpolation(-filters)?)|(text-)?rendering|enable-background|-inkscape-[a-z-]+"
)
_UNIT = re.compile("px|r?em|ex|ch|pt|pc|in|cm|mm|q|deg|rad|turn|fr")
# The last is of great_tables.
_COLOURS = re.compile(
    "(rgb|hsl)a?|hwb|(ok)?(lab|lch)|color(-mix)?|light-dark|(linear|radial)-gradient|var|font-color"
)
_FUNCTIONS = re.compile(f"{_COLOURS.pattern}|matrix|rotate|scale|skew[xy]|translate")
_COLOURED = re.compile(r".*color|background(-image)?|border.*|fill|stroke|text-decoration")
_LARGEST = 10_000
_OWN_PART = re.compile(r"#[\w.:-]+")
_DISPLAY = re.compile(
    "none|block|inline(-block)?|flow-root|(inline-)?flex|list-item|table(-[a-z-]+)?|initial|revert"
)


class StyleError(ValueError):
    """CSS that a page cannot have; its text is the piece that is wrong."""


def check_declarations(css: str, *, drawing: bool = False, least: float = 0) -> None:
    """Read a `style` attribute, of an SVG's element if `drawing`; raises a StyleError for what a page cannot have.

    No length may be below `least`: formulas have signs that move a little to the left.
    """
    for one in tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True):
        _declaration(one, drawing, least)


def scoped(css: str) -> str:
    """A style sheet, written out of what was read of it, for what stands beside it only; raises a StyleError."""
    return f"@scope{{{sheet(css)}}}"


def is_scoped(css: str) -> bool:
    """Whether a style sheet is as `scoped` writes it."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    keywords = [getattr(rule, "lower_at_keyword", "") for rule in rules]
    if keywords != ["scope"] or rules[0].prelude or rules[0].content is None:
        return False
    try:
        sheet(tinycss2.serialize(rules[0].content))
    except StyleError:
        return False
    return "<" not in css


def sheet(css: str, *, drawing: bool = False) -> str:
    """A style sheet, written out of what was read of it; raises a StyleError for what a page cannot have."""
    text = _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), drawing)
    if "<" in text:
        raise StyleError("<")
    return text


def check_value(text: str) -> None:
    """Read the value of an SVG's attribute, which can be one of CSS; raises a StyleError if it leads elsewhere."""
    for token in tinycss2.parse_component_value_list(text) if re.search(r"[(\\]|/\*", text) else ():
        if token.type == "url" and not _OWN_PART.fullmatch(token.value):
            raise StyleError(text)
        if token.type == "function" and token.lower_name == "url":
            _url(token)
        elif token.type == "error" or (
            token.type == "function" and not _FUNCTIONS.fullmatch(token.lower_name)
        ):
            raise StyleError(text)


def _rules(rules: list, drawing: bool) -> str:
    parts = []
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            parts.append(f"@media{_prelude(rule)}{{{_rules(inner, drawing)}}}")
        elif rule.type != "qualified-rule":
            raise StyleError(
                f"@{rule.at_keyword}"
                if rule.type == "at-rule"
                else getattr(rule, "message", rule.type)
            )
        else:
            inner = tinycss2.parse_blocks_contents(
                rule.content, skip_comments=True, skip_whitespace=True
            )
            parts.append(
                f"{_prelude(rule)}{{{';'.join(_declaration(one, drawing) for one in inner)}}}"
            )
    return "".join(parts)


def _prelude(rule: tinycss2.ast.Node) -> str:
    """What a rule is for; it may not hold a block, by which it would be two rules to another reader."""
    if any(token.type in ("{} block", "error", "url", "at-keyword") for token in rule.prelude):
        raise StyleError(tinycss2.serialize(rule.prelude).strip())
    return " ".join(
        tinycss2.serialize([token for token in rule.prelude if token.type != "comment"]).split("\n")
    )


def _declaration(one: tinycss2.ast.Node, drawing: bool, least: float = 0) -> str:
    if one.type != "declaration":
        raise StyleError(getattr(one, "message", None) or tinycss2.serialize([one]).strip())
    text = " ".join(one.serialize().split())
    name, value = (
        one.lower_name,
        [token for token in one.value if token.type not in ("whitespace", "comment")],
    )
    still = name == "position" and tinycss2.serialize(value).strip().lower() in (
        "initial",
        "static",
    )
    known = still or _BOX.fullmatch(name) or (drawing and _DRAWING.fullmatch(name))
    shown = name != "display" or _DISPLAY.fullmatch(tinycss2.serialize(value).strip().lower())
    if not known or not shown or not all(_allowed(token, name, drawing, least) for token in value):
        raise StyleError(text)
    return text


def _allowed(token: tinycss2.ast.Node, name: str, drawing: bool, least: float = 0) -> bool:
    """Whether a piece of a value neither loads anything nor moves anything out of its place."""
    if token.type in ("number", "percentage", "dimension"):
        unit = token.lower_unit if token.type == "dimension" else "px"
        return (drawing or least <= token.value < _LARGEST) and bool(_UNIT.fullmatch(unit))
    if token.type == "function":
        if drawing and token.lower_name == "url":
            return _url(token)
        inner = (one for one in token.arguments if one.type not in ("whitespace", "comment"))
        coloured = _COLOURS.fullmatch(token.lower_name) and _COLOURED.fullmatch(name)
        return bool(coloured or token.lower_name == "calc") and all(
            _allowed(one, name, drawing) for one in inner
        )
    if token.type == "url":
        return drawing and bool(_OWN_PART.fullmatch(token.value))
    if token.type == "string":
        return name in (
            "font",
            "font-family",
            "list-style-type",
            "quotes",
            "-inkscape-font-specification",
        )
    return token.type in ("ident", "hash") or (
        token.type == "literal" and token.value in (",", "/", "*", "+")
    )


def _url(function: tinycss2.ast.Node) -> bool:
    """Whether a `url("...")` means a part of the same drawing."""
    values = [token.value for token in function.arguments if token.type == "string"]
    if len(values) == len(function.arguments) == 1 and _OWN_PART.fullmatch(values[0]):
        return True
    raise StyleError(tinycss2.serialize([function]))
