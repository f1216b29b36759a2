"""Extensions of Python-Markdown that look at a page: its lists, and its HTML when all is made."""

import hashlib
import re
from collections.abc import Iterator

from markdown import Extension, Markdown
from markdown.extensions.toc import slugify_unicode
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown_it import MarkdownIt

from publishing.read.diagnostic import PageError
from publishing.read.markup import PAGE, WRITTEN, clean

_COMMONMARK = MarkdownIt("commonmark").disable(["inline", "text_join"])  # as notebooks read lists
_PROSE = re.compile(r"<!-- (prose \w+) -->(.*?)(?:<!-- /\1 -->|\Z)", re.DOTALL)
_TITLE = re.compile(r"\s*<h1\b.*?</h1>", re.DOTALL)
_FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_OTHERWISE = (
    "notebooks and the page read this list differently: leave a blank line before a list, and"
    " something between two; give the marks of a list one form, `1.` and not `1)`; indent by four"
    " spaces what belongs to an item."
)


class Structure(Extension):
    """Reads lists as notebooks do, with a PageError where that would fail; anchors keep letters."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Read the source before all others do."""
        if "toc" in md.treeprocessors:
            md.treeprocessors["toc"].slugify = slugify_unicode
        md.registerExtensions(["sane_lists"], {})
        md.preprocessors.register(_Lists(md), "structure-lists", 1000)


class _Lists(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        for number in _doubtful(lines):
            raise PageError(_OTHERWISE, [lines[number], lines[number][:20]])
        return lines


def _doubtful(lines: list[str]) -> Iterator[int]:
    """The lines of lists that Python-Markdown may read otherwise than CommonMark."""
    text = _FORMULA.sub(lambda found: re.sub(r"[^\n]", "$", found[0]), "\n".join(lines))
    depth, item, last = 0, -1, ""
    for block in _COMMONMARK.parse(text):
        number = block.map[0] if block.map else -1
        line = re.sub(r"^(> ?)+", "", lines[number])
        indent = len(line) - len(line.lstrip())
        if block.type in ("bullet_list_open", "ordered_list_open"):
            before = re.sub(r"^(> ?)+", "", lines[number - 1]) if number else ""
            begins = not before.strip() or before.startswith("#")
            begins = begins or (item == number - 1 and last == "paragraph_close")
            if last == block.type.replace("open", "close") or not begins:
                yield number
            depth += 1
        elif block.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif block.type == "list_item_open":
            item = number
            if block.markup == ")" or indent != 4 * (depth - 1):
                yield number
        elif depth and block.map and number != item and indent < 4 * depth:
            yield number
        if not block.type.startswith("blockquote"):
            last = block.type


def marked(prose: str, box: str = "") -> str:
    """An author's Markdown, marked for `Finished` as no text within it can be: by its digest.

    A title stays in front, where MkDocs looks for it; a box of the build comes behind it.
    """
    title, text = re.fullmatch(r"(# [^\n]*\n*)?(.*)", prose.lstrip("\n"), re.DOTALL).groups("")
    mark = f"prose {hashlib.sha256(text.encode()).hexdigest()}"
    block = f"\n\n<!-- {mark} -->\n\n{text}\n\n<!-- /{mark} -->\n\n" if prose.strip() else ""
    return f"{title}\n\n{box}{block}"


class Finished(Extension):
    """Writes a page as nh3 does; raises a PageError for what no page may hold, whoever made it."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after all that puts HTML into the text."""
        md.postprocessors.register(_Cleaned(md), "finished", -2000)


class _Cleaned(Postprocessor):
    def run(self, text: str) -> str:
        prose = [found[2] for found in _PROSE.finditer(text)]
        if prose and (title := _TITLE.match(text)):
            prose.append(title[0])
        of_prose = [defect for part in prose for defect in clean(part, WRITTEN)[1]]
        cleaned, defects = clean(text, PAGE)
        for defect in of_prose + defects:
            raise PageError(f"the page {defect.message}", defect.texts)
        return cleaned
