"""What is wrong with HTML that an author or a cell wrote: what would run or lead away, and what is not balanced."""

import re
from html.parser import HTMLParser

# What runs, loads or leads away, what belongs to the page as a whole, and what hides what is in it.
REFUSED = "script|iframe|frame|frameset|object|embed|applet|meta|base|link|html|head|body|noscript|template|plaintext"
_VOID = re.compile("area|br|col|hr|img|input|param|source|track|wbr")
_IMPLIED = re.compile("caption|colgroup|dd|dt|li|optgroup|option|p|rp|rt|tbody|td|tfoot|th|thead|tr")  # their ends
_END = "end-of-what-is-checked"


def html_problem(html: str, refused: str = REFUSED) -> tuple[int, str] | None:
    """The first thing that is wrong with HTML, an element that matches `refused` included: its line, and what."""
    checker = _Checker(refused)
    checker.feed(f"{html}\n<{_END}>")
    if not checker.ended:
        checker.problem("has a comment, a tag or a style sheet without an end, which would swallow what follows.")
    return next(((min(line, html.count("\n") + 1), what) for line, what in checker.problems), None)


class _Checker(HTMLParser):
    def __init__(self, refused: str) -> None:
        super().__init__()
        self.refused, self.ended = re.compile(refused), False
        self.problems: list[tuple[int, str]] = []
        self.open: list[tuple[str, int]] = []  # elements, each with its line

    def problem(self, what: str, line: int = 0) -> None:
        self.problems.append((line or self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == _END:
            self.ended = True
            self.handle_endtag("")
        elif self.refused.fullmatch(tag):
            self.problem(f"has `<{tag}>`, which no page can have.")
        for name, value in attrs:
            target = re.sub(r"[\0-\x20]", "", value or "").lower()
            if target.startswith(("javascript:", "attachment:")) or name.startswith("on") or name == "srcdoc":
                self.problem(f"has a script or an attachment in `{name}` of `<{tag}>`, which no page can have.")
            if (name in ("poster", "src", "srcset") or tag in ("image", "use")) and re.match("(https?:)?//", target):
                self.problem(f"loads `{value}` from elsewhere; keep a copy beside the tutorial, or link to it.")
        if not _VOID.fullmatch(tag):
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if not _VOID.fullmatch(tag) and {"svg", "math"}.intersection(dict(self.open)):  # elsewhere `/` means nothing
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and with the empty tag all that end by themselves."""
        while self.open and self.open[-1][0] != tag and _IMPLIED.fullmatch(self.open[-1][0]):
            self.open.pop()
        last, line = self.open.pop() if self.open else ("", 0)
        if last not in ("", tag):
            self.problem(f"does not close `<{last}>`; close it, or write `&lt;` for a `<`.", line)
        elif last != tag:
            self.problem(f"closes `</{tag}>`, which is not open; what follows would leave its place.")
