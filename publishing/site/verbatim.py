"""HTML within Markdown of which no Markdown extension can take a piece for its own."""

import re

# Of HTML: a comment, a style sheet, a tag.
_MARKUP = re.compile(
    r"""(?P<comment><!--.*?-->)|(?P<style><style\b.*?</style)|<[a-z/!?](?:"[^"]*"|'[^']*'|[^>"'])*>""",
    re.DOTALL | re.IGNORECASE,
)
# Line breaks, of which Markdown makes paragraphs, lists, headings and fences; tabs, which it expands; other control
# characters, which it uses itself; dollars, in which it looks for mathematics.
_ACTIVE = re.compile("[\x01-\x1f$]")


def verbatim(html: str) -> str:
    """HTML on one line, for a place in Markdown: a browser reads in it what it would read in the original.

    An empty line at the beginning stays, too; after `<pre>` HTML drops the first line break.
    """
    html, parts, end = "\n" * html.startswith("\n") + html, [], 0
    for markup in _MARKUP.finditer(html):
        parts.append(_text(html[end : markup.start()]))
        if not markup["comment"]:
            parts.append(re.sub(r"[\n\r\t]+", " ", markup[0]))
        end = markup.end()
    return "".join([*parts, _text(html[end:])])


def _text(text: str) -> str:
    return _ACTIVE.sub(lambda character: f"&#{ord(character[0])};", text)
