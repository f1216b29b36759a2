"""What assets/search.js reads in place of the theme's index: words first, texts when they are hits.

`words.json` has what ranks sections: titles, lengths, messages, which sections have a word, and
what readers ask for by other words (of asked.json).
`texts/N.json` has the texts of page N without its programs.
"""

import json
import re
from collections import defaultdict
from html import unescape
from itertools import takewhile
from pathlib import Path

from publishing.read.diagnostic import Diagnostic, SourceError

MOST, FEW = 4, 1  # sections of a word, and how many of one that is in more and says little
SIZE = 500  # characters in which a section's length is told
READ = 300  # characters that count of a section that is in no tutorial
_PROGRAM = re.compile(r"<pre><code>(.*?)</code></pre>", re.DOTALL)
_MESSAGE = re.compile(r"<pre>(?!<code>).*?</pre>", re.DOTALL)
_NAME = re.compile(r"(?<=\.)[^\W\d]\w*|\b[^\W\d]\w*(?==[^=\s])")  # of an attribute or a keyword
_DOTTED = re.compile(r"[^\W\d]\w*(?=\.\w)|" + _NAME.pattern)
_WORD = re.compile(r"(?<!\w)[^\W\d]\w*[^\W\d_]\w*")  # of two letters or more


def write_words(folder: Path, asked: Path) -> None:
    """Write them into a site's folder `search`, in place of the theme's index."""
    index, phrases = folder / "search_index.json", _phrases(asked)
    docs = json.loads(index.read_text(encoding="utf-8"))["docs"]
    pages: dict[str, list[dict]] = defaultdict(list)
    for doc in docs:
        pages[doc["location"].partition("#")[0]].append(doc)
    docs = [doc for page in pages.values() for doc in page]
    places: dict[str, list[int]] = defaultdict(list)
    for number, doc in enumerate(docs):
        for word in _words(doc):
            places[word].append(number)
    (folder / "texts").mkdir(exist_ok=True)
    for number, own in enumerate(pages.values()):
        _write(folder / f"texts/{number}.json", [_short(doc["text"]) for doc in own])
    sizes = [len(doc["text"]) for doc in docs]
    signs = (_signs(numbers, sizes) for _, numbers in sorted(places.items()))
    _write(
        folder / "words.json",
        {
            "unit": SIZE,
            "pages": [
                [page, own[0].get("boost", 1), *(_row(doc, own[0]) for doc in own)]
                for page, own in pages.items()
            ],
            "words": " ".join(_shared(sorted(places))),
            "places": " ".join(signs),
            "asked": [phrases.pop(doc["location"], []) for doc in docs],
            **phrases,
        },
    )
    index.unlink()


def _phrases(asked: Path) -> dict:
    """What an author's file says, which need not be there."""
    try:
        return json.loads(asked.read_text(encoding="utf-8")) if asked.is_file() else {}
    except json.JSONDecodeError as error:
        message = f"this is not JSON ({error.msg}); mend it."
        raise SourceError(Diagnostic(asked, error.lineno, message)) from None


def _write(file: Path, data: object) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _row(doc: dict, first: dict) -> list:
    """A section: its title, its length, messages, and its anchor if not the title's."""
    title, text, anchor = doc["title"], doc["text"], doc["location"].partition("#")[2]
    plain = re.sub(r"<[^>]*>|&\w+;", "", title).lower()
    usual = re.sub(r"[-\s]+", "-", re.sub(r"[^a-z0-9_\s-]", "", plain).strip())
    row = [title, round(len(_plain(text)) / SIZE), "".join(_MESSAGE.findall(text))]
    if anchor != ("" if title == first["title"] else usual):
        return [*row, anchor]
    return row if row[2] else row[:2]


def _short(text: str) -> str:
    """A section's text, with its programs' words where no teaser looks for any."""
    words = sorted({*_DOTTED.findall(_plain(" ".join(_PROGRAM.findall(text))))})
    return f"{_PROGRAM.sub('', text)}<i> {' '.join(words)}</i>" if words else text


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?(p|li|ol|ul|pre)>", " ", html))).lower()


def _words(doc: dict) -> set[str]:
    """The words of a section's text, and the names in its programs, that no other part has."""
    prose, programs = _PROGRAM.sub("", doc["text"]), " ".join(_PROGRAM.findall(doc["text"]))
    names = _NAME.findall(_plain(programs))
    if "boost" not in doc:
        names = _WORD.findall(_plain(" ".join(re.findall(r"<code>(.*?)</code>", prose))))
        prose = prose[:READ]
    known = _plain(" ".join([doc["title"], *_MESSAGE.findall(prose)]))
    return {*_WORD.findall(_plain(prose)), *names} - {*_WORD.findall(known)}


def _shared(words: list[str]) -> list[str]:
    """Words in order, each as a sign for the letters that the last begins with, too; the rest."""
    parts = []
    for last, word in zip(["", *words], words, strict=False):
        same = takewhile(lambda pair: pair[0] == pair[1], zip(last, word, strict=False))
        count = len(list(same))
        parts.append(chr(ord('"') + count) + word[count:])
    return parts


def _signs(numbers: list[int], sizes: list[int]) -> str:
    """Numbers that grow, each as the sign that is so far behind `"` as it is behind the last.

    Of too many: `!`, how many they are, and those of the shortest sections.
    """
    count = ""
    if len(numbers) > MOST:
        count = "!" + chr(ord('"') + len(numbers))
        numbers = sorted(sorted(numbers, key=sizes.__getitem__)[:FEW])
    return count + "".join(
        chr(ord('"') + number - last) for last, number in zip([-1, *numbers], numbers, strict=False)
    )
