"""What a search reads: which sections have a word, and their texts."""

import json

import pytest

from publishing.read.diagnostic import SourceError
from publishing.site import words
from publishing.site.words import write_words

LONG = "<p>Seldom <code>np.rare</code>.</p>" + "<p>Filler.</p>" * words.READ + "<p>Late.</p>"
DOCS = [
    {"location": "", "title": "Home", "text": LONG},
    {
        "location": "one/",
        "title": "A <code>jax.grad</code>",
        "text": "<p>Gradients &amp; knots.</p> <pre><code>x = np.add(y, axis=0)</code></pre>",
        "boost": 2,
    },
    {
        "location": "one/#what-fails",
        "title": "What fails?",
        "text": "<p>A knot.</p> <pre>ValueError: no knot</pre>",
        "boost": 2,
    },
    {"location": "one/#other", "title": "Named otherwise", "text": "<p>Größe</p>", "boost": 2},
]


ASKED = {"names": {"numpy.": "np."}, "one/": ["grad", "slope of"], "one/#other": ["big"]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "search_index.json").write_text(json.dumps({"docs": DOCS}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def asked(tmp_path):
    file = tmp_path / "asked.json"
    file.write_text(json.dumps(ASKED), encoding="utf-8")
    return file


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def places(folder):
    """The sections of each word, as search.js reads them."""
    found = read(folder / "words.json")
    numbers, word = {}, ""
    for letters, signs in zip(found["words"].split(" "), found["places"].split(" "), strict=True):
        word = word[: ord(letters[0]) - ord('"')] + letters[1:]
        steps = [ord(sign) - ord('"') for sign in signs]
        numbers[word] = [sum(steps[: n + 1]) - 1 for n in range(len(steps))]
    return numbers


def test_pages_have_titles_lengths_messages_and_anchors_that_no_title_gives(folder, asked):
    write_words(folder, asked)
    assert read(folder / "words.json")["pages"] == [
        ["", 1, ["Home", round(8 * words.READ / words.SIZE)]],
        [
            "one/",
            2,
            ["A <code>jax.grad</code>", 0],
            ["What fails?", 0, "<pre>ValueError: no knot</pre>"],
            ["Named otherwise", 0, "", "other"],
        ],
    ]
    assert not (folder / "search_index.json").exists()


def test_what_readers_ask_stands_at_its_section(folder, asked):
    write_words(folder, asked)
    found = read(folder / "words.json")
    assert found["asked"] == [[], ["grad", "slope of"], [], ["big"]]
    assert found["names"] == {"numpy.": "np."}


def test_a_list_that_is_not_json_is_told_at_its_line(folder, asked):
    asked.write_text('{"one/": ["grad"],\n"two/": }', encoding="utf-8")
    with pytest.raises(SourceError, match=r"asked\.json:2: this is not JSON \(Expecting value\)"):
        write_words(folder, asked)


def test_words_are_those_that_titles_and_messages_lack(folder, asked):
    write_words(folder, asked)
    assert places(folder) == {
        "add": [1],
        "axis": [1],
        "filler": [0],
        "gradients": [1],
        "größe": [3],
        "knots": [1],
        "np": [0],
        "rare": [0],
        "seldom": [0],
    }


def test_a_word_of_many_sections_has_how_many_and_the_shortest(folder, monkeypatch):
    monkeypatch.setattr(words, "MOST", 1)
    monkeypatch.setattr(words, "FEW", 1)
    docs = [DOCS[0], DOCS[1] | {"text": "<p>Seldom.</p>"}]
    (folder / "search_index.json").write_text(json.dumps({"docs": docs}), encoding="utf-8")
    write_words(folder, folder / "none.json")
    found = read(folder / "words.json")
    signs = dict(zip(found["words"].split(" "), found["places"].split(" "), strict=True))
    assert signs == {'"filler': "#", '"np': "#", '"rare': "#", '"seldom': "!$$"}


def test_texts_have_the_names_of_programs_and_not_the_programs(folder, asked):
    write_words(folder, asked)
    assert read(folder / "texts/1.json") == [
        "<p>Gradients &amp; knots.</p> <i> add axis np</i>",
        DOCS[2]["text"],
        DOCS[3]["text"],
    ]
