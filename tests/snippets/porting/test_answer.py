"""What the page "Your file" says of what readers paste and drop."""

import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from snippets.porting.answer import answer
from snippets.porting.inspect.sections import sections_of as weights_sections
from snippets.porting.read.sections import sections_of as read_sections

ROOT = Path(__file__).parents[3]
OLD = """\
import jax
from jax import numpy as jnp


def update(x, i):
    if jnp.alltrue(x):
        return jax.ops.index_add(x, jax.ops.index[i], 1)
    return jax.tree_multimap(jnp.add, x, x)
"""
NEW = OLD.replace("jnp.alltrue", "jnp.all").replace("jax.tree_multimap", "jax.tree.map")
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# jax.tree_map"]},
        {"cell_type": "code", "source": ["%time\n", "import jax\n", "jax.tree_map(f, x)"]},
    ],
    "nbformat": 4,
}
TRACEBACK = """\
Traceback (most recent call last):
  File "/home/me/train.py", line 41, in <module>
    main()
"""


def told(text: str, name: str = "") -> dict:
    """The answer to a text, as the page gets it."""
    return json.loads(json.dumps(answer(name, text.encode())))


def section(found: dict, title: str) -> dict:
    (one,) = [each for each in found["sections"] if each["title"] == title]
    return one


@pytest.mark.parametrize("name", ["", "old.py"])
def test_code_is_answered_with_what_fails_and_the_repaired_text_beside_it(name):
    found = told(OLD, name)
    assert found["kind"] == "code"
    assert found["about"] == f"{name or 'The pasted text'} is Python code, 8 lines."
    rows = section(found, "What no longer runs")["table"]["rows"]
    assert [row[:4] for row in rows] == [
        ["6", "fails", "`jax.numpy.alltrue`", "`jax.numpy.all`"],
        ["7", "fails", "`jax.ops.index`", "`jax.numpy.s_`"],
        ["7", "fails", "`jax.ops.index_add`", "`x.at[i].add(y)`"],
        ["8", "fails", "`jax.tree_multimap`", "`jax.tree.map`"],
    ]
    assert rows[0][4][0].endswith("; last in jax 0.4.15")
    repaired = section(found, "The repaired text")
    assert repaired["file"] == {"name": name or "pasted.py", "text": NEW}
    assert repaired["text"] == "Left for you to change: line 7."
    changed = [pair for pair in repaired["pairs"] if pair["old"] != pair["new"]]
    assert [(pair["place"], pair["old"].strip()) for pair in changed] == [
        ("6", "if jnp.alltrue(x):"),
        ("8", "return jax.tree_multimap(jnp.add, x, x)"),
    ]


def test_changed_lines_stand_in_blocks_without_the_indentation_that_they_share():
    far = "        a = 1\n\n" * 5
    code = f"import jax\nclass A:\n    def f(x):\n{far}        jax.tree_map(x)\n{far}"
    code += "        jax.tree_map(x)\n"
    pairs = section(told(code), "The repaired text")["pairs"]
    assert [pair["old"] for pair in pairs if pair["gap"]] == ["a = 1", "a = 1"]
    assert [pair["new"] for pair in pairs if "tree" in pair["old"]] == ["jax.tree.map(x)"] * 2


def test_code_that_needs_no_change_says_so_and_offers_no_other_text():
    for text in ("import jax\n", "x = 3"):
        found = told(text)
        assert [one["title"] for one in found["sections"]][:1] == ["What no longer runs"]
        assert "Nothing" in found["sections"][0]["text"]
        assert not any("file" in one for one in found["sections"])


def test_a_pasted_cell_may_have_magics_and_an_indentation():
    found = told("  !pip install jax\n  import jax\n  jax.tree_map(f, x)\n  files = !ls\n")
    assert section(found, "The repaired text")["file"]["text"] == (
        "!pip install jax\nimport jax\njax.tree.map(f, x)\nfiles = !ls\n"
    )


@pytest.mark.parametrize("name", ["", "old.ipynb"])
def test_a_notebook_is_answered_by_its_cells_and_mended_as_a_notebook(name):
    found = told(json.dumps(NOTEBOOK), name)
    assert found["kind"] == "notebook"
    repaired = section(found, "The repaired text")
    assert {"place": "cell 1 line 3", "new": "jax.tree.map(f, x)"}.items() <= (
        repaired["pairs"][-1].items()
    )
    assert repaired["file"]["name"] == name or "pasted.ipynb"
    cells = json.loads(repaired["file"]["text"])["cells"]
    assert cells[1]["source"] == ["%time\n", "import jax\n", "jax.tree.map(f, x)"]
    assert cells[0] == NOTEBOOK["cells"][0]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("two.py", "print 'a'\nimport jax\n", "two.py cannot be read: line 1 is not Python 3"),
        ("", "import jax\ndef f(:\n    return 1\n", "The pasted text cannot be read: line 2 is"),
        ("a.ipynb", '{"cells": 3}', "a.ipynb cannot be read: is not a notebook of format 4"),
        ("a.ipynb", "{", "a.ipynb cannot be read: "),
        ("", " \n", "The field is empty."),
        ("a.py", "", "a.py is empty."),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(name, text, sentence):
    found = told(text, name)
    assert found["about"].startswith(sentence)
    assert found["sections"] == []


def test_bytes_in_other_encodings_are_read_as_what_they_are():
    assert answer("", "\ufeffimport jax\n".encode())["kind"] == "code"
    assert answer("", "import jax\n".encode("utf-16"))["kind"] == "code"
    latin = "# -*- coding: latin-1 -*-\nimport jax  # \xe9\njax.tree_map(f, x)\n"
    found = answer("old.py", latin.encode("latin-1"))
    assert section(found, "The repaired text")["file"]["text"] == latin.replace("_map", ".map")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("params.pkl", pickle.dumps({"w": [1.0]}, 4)),
        ("params.pkl", pickle.dumps({"w": [1.0]}, 0)),
        ("", b"\x93NUMPY\x01\0"),
        ("a.h5", b"\x89HDF\r\n"),
    ],
)
def test_data_goes_to_the_reader_of_weights(name, data):
    assert answer(name, data)["kind"] == "weights"


def test_each_verb_that_the_package_has_is_asked():
    net = "import haiku as hk\nf = hk.transform(lambda x: hk.Linear(3)(x))\n"
    titles = [one["title"] for one in told(net)["sections"]]
    assert titles[0] == "What no longer runs"
    assert titles[1].startswith("What to read, about ")
    assert "Parameters and states, as far as the text tells" in titles
    assert "What could not be found out" not in titles
    found = answer("params.pkl", pickle.dumps({"linear": {"w": 3}}))
    assert found["about"].startswith("params.pkl: pickle of protocol ")
    assert section(found, "Other values")["table"]["rows"] == [["`linear/w`", "int", "3"]]


def test_a_verb_that_fails_leaves_what_the_others_say(monkeypatch):
    verb = type(sys)("snippets.porting.read")
    verb.__spec__ = subprocess.__spec__
    verb.read_code = lambda files: {}[1]
    monkeypatch.setitem(sys.modules, verb.__name__, verb)
    found = told(OLD)
    assert found["sections"][0]["title"] == "What no longer runs"
    assert section(found, "What could not be found out")["text"] == "KeyError: 1"


def test_what_read_says_becomes_sections_with_links_and_places():
    entry = {"kind": "param", "path": "linear", "depends": [], "made": ["a.py", 2]}
    tree = {
        "of": "f",
        "file": "a.py",
        "line": 2,
        "note": "",
        "kind": "transform",
        "init": "init(key, x)",
        "apply": "apply()",
    }
    address = "tutorials/haiku/modules/#own"
    use = {"kind": "name", "places": [["a.py", 2], ["a.py", 9]], "address": address}
    found = {
        "minutes": 4,
        "risks": [
            {"file": "a.py", "line": 9, "code": "key-twice", "text": "it", "address": address}
        ],
        "reading": [
            {"title": "Modules", "address": "m/", "minutes": 3, "sections": []},
            {
                "title": "State",
                "address": "s/",
                "minutes": 1,
                "sections": [
                    {"heading": "In", "address": "s/#in", "minutes": 1, "because": ["a", "b"]}
                ],
            },
        ],
        "trees": [tree | {"entries": [entry | {"name": "w"}, entry | {"name": "b"}]}],
        "classes": [],
        "leaves": [],
        "around": [
            {"file": "a.py", "topic": "keys", "name": "haiku.next_rng_key", "lines": [2, 9]}
        ],
        "uses": [
            use | {"name": "haiku.Linear", "text": "A layer.", "section": "Own layers"},
        ],
    }
    sections = {one.title: one.rows for one in read_sections(found, "cell {1}".format)}
    assert sections == {
        "Lines at risk": [["cell 9", {"text": "key-twice: it", "link": address}]],
        "What to read, about 4 minutes": [
            [{"text": "Modules", "link": "m/"}, "all of it", "", "3 min"],
            [{"text": "State", "link": "s/"}, {"text": "In", "link": "s/#in"}, "a, b", "1 min"],
        ],
        "What is transformed": [["cell 2", "`hk.transform(f)`", "`init(key, x)`", "`apply()`"]],
        "Parameters and states, as far as the text tells": [
            ["`f`", "`linear`", "w, b", "cell 2", ""]
        ],
        "State, keys, hooks, axes and devices": [
            ["keys", "`haiku.next_rng_key`", "cell 2, cell 9"]
        ],
        "Names that it uses, and where they are explained": [
            [
                "`haiku.Linear`",
                "cell 2, cell 9",
                "A layer.",
                {"text": "Own layers", "link": address},
            ]
        ],
    }


def test_what_weights_says_becomes_a_table_and_warnings():
    array = {"path": "linear//w", "shape": [3], "dtype": "float32", "bytes": 12000, "value": None}
    found = {
        "file": "a.pkl",
        "bytes": 12345,
        "sha256": "ab",
        "kind": "pickle of protocol 4",
        "packed": ["gzip"],
        "library": "Haiku",
        "parts": {"parameters": {"arrays": 1, "numbers": 3000, "bytes": 12000}},
        "arrays": [array | {"part": "parameters", "problem": "cut"}],
        "values": [{"path": "", "kind": "int", "value": "3"}],
        "notes": [],
        "warnings": ["It would call os.system."],
        "problem": "",
    }
    about, lists, tables = weights_sections(found)
    assert about == "a.pkl: pickle of protocol 4, packed by gzip, 12,345 bytes."
    assert lists[0] == ("Warnings", ["It would call os.system."])
    assert lists[1][1][0] == "parameters: 1 arrays, 3,000 numbers, 12,000 bytes"
    assert [rows for _, _, rows in tables] == [
        [["`linear//w`", "`(3,)`", "float32", "12,000", "parameters (cut)"]],
        [["`(all of it)`", "int", "3"]],
    ]
    unknown = found | {"kind": "unknown", "problem": "a.pkl is text.", "arrays": [], "values": []}
    assert weights_sections(unknown | {"warnings": []}) == ("a.pkl is text.", [], [])


def test_an_answer_needs_nothing_but_python(packed):
    code = (
        f"import json, sys; sys.path.insert(0, {str(packed)!r});"
        "from haiku_porting.answer import answer;"
        "from haiku_porting.answer.tracebacks import best;"
        "print(json.dumps(answer('', b'import jax; jax.tree_map(f, x)')));"
        "print(sorted({'numpy', 'jax', 'haiku'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    found, modules = done.stdout.splitlines()
    assert json.loads(found)["kind"] == "code"
    assert modules == "[]"
    assert re.search("jax.tree.map", found)
