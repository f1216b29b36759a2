"""What `read` says of files: uses, risks, the reading list, the command and its output."""

import json
import re
import subprocess
import sys

import pytest

from snippets.porting.read import command, read_code
from snippets.porting.read.course import course
from snippets.porting.read.idioms import IDIOMS, PAGE
from snippets.porting.read.keys import keys_used_twice
from snippets.porting.read.project import Project
from snippets.porting.read.risks import EXPLAINED
from snippets.porting.read.run import beside, tree_at_run_time
from snippets.porting.read.trace import MOST_STEPS
from snippets.porting.read.trees import trees_of
from snippets.porting.read.uses import uses_of

HEAD = "import dataclasses\nimport haiku as hk\nimport jax\nimport jax.numpy as jnp\n"
HEAD += "import numpy as np\n"


def names(code):
    return {use.name for use in uses_of(code)}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import haiku as hk\nhk.Linear(2)", {"haiku.Linear"}),
        ("from haiku import nets as n\nn.MLP([2])", {"haiku.nets.MLP"}),
        ("from haiku._src.basic import Linear as L\nL(2)", {"haiku.Linear"}),
        ("import haiku as hk\nhk.Linear(2, name='a')", {"haiku.Linear", "haiku.Linear(name)"}),
        ("from mine import haiku as hk\nhk.Linear(2)", set()),
        ("import haiku as hk\ndef f(hk): hk.Linear(2)", set()),
        ("import haiku as hk\n'hk.Linear'  # hk.Linear", set()),
    ],
)
def test_uses_follow_imports_and_scopes(code, found):
    assert names(code) == found


def explained(code):
    rows = read_code({"net.py": HEAD + code})["uses"]
    return {(row["kind"], row["name"]): row for row in rows}


def test_each_use_has_a_sentence_and_a_section_of_the_course():
    row = explained("hk.Linear(2)")["name", "haiku.Linear"]
    assert row["text"] == "A fully connected layer."
    assert row["address"].startswith("tutorials/haiku/")
    assert row["places"] == [["net.py", 6]]


@pytest.mark.parametrize(
    ("code", "name", "by"),
    [
        ("jax.tree_map(f, x)", "jax.tree_map", "jax.tree.map"),
        ("hk.Linear(2, b_init=f)", "haiku.Linear(b_init)", ""),
        ("hk.nets.ResNet50.BlockGroup", "haiku.nets.ResNet50.BlockGroup", "haiku.nets.ResNet50"),
    ],
)
def test_what_the_course_has_under_another_name_is_explained_there(code, name, by):
    rows = [row for (_, known), row in explained(code).items() if known == name]
    assert rows[0]["by"] == by
    assert rows[0]["address"].startswith("tutorials/")


def test_a_name_that_was_removed_leads_to_the_page_of_old_code():
    row = explained("jax.experimental.host_callback.call(f)")
    (row,) = [one for (_, name), one in row.items() if "host_callback" in name]
    assert row["address"] == "tutorials/porting/old_code/"
    assert "removed" in row["text"]


def test_a_private_name_has_no_address_that_does_not_exist():
    row = explained("jax._src.random.threefry(x)")["name", "jax._src.random.threefry"]
    assert row["address"] == "tutorials/porting/old_code/"
    assert "private" in row["text"]


def test_a_name_that_only_its_package_documents_leads_there():
    row = explained("jnp.bitwise_count(x)")["name", "jax.numpy.bitwise_count"]
    assert row["address"].startswith("https://docs.jax.dev/")


def test_each_section_that_idioms_and_risks_name_is_in_the_course():
    sections = course().sections
    places = [(PAGE, anchor) for _, anchor in IDIOMS.values()] + list(EXPLAINED.values())
    assert [place for place in places if place not in sections] == []


IDIOM = {
    "dataclass": "@dataclasses.dataclass\nclass A(hk.Module):\n  size: int",
    "layer subclass": "class A(hk.Linear): pass",
    "transparent": "class A(hk.Module):\n  @hk.transparent\n  def f(self): pass",
    "helper": "def f(): return hk.get_parameter('w', [], init=jnp.ones)",
    "hooks": "with hk.custom_getter(f): pass",
    "axis": "jax.lax.psum(x, axis_name='i')",
    "experiment": "class A:\n  def __init__(self): self.f = hk.transform(self._forward)",
}


@pytest.mark.parametrize("idiom", IDIOM)
def test_idioms_are_found_and_explained(idiom):
    found = {name for kind, name in explained(IDIOM[idiom]) if kind == "idiom"}
    assert found == {idiom}
    assert IDIOM.keys() == IDIOMS.keys()


def risks(code):
    return [(r["code"], r["line"] - 5) for r in read_code({"net.py": HEAD + code})["risks"]]


RISKS = [
    (
        "split-rng",
        "def f(x):\n  def g(x): return hk.dropout(hk.next_rng_key(), 0.1, x)\n"
        "  return hk.vmap(g, split_rng={})(x)\nhk.transform(f)",
        ("False", "(not hk.running_init())"),
        3,
    ),
    (
        "numbered-name",
        "def f(x):\n  x = hk.Linear(2)(x)\n  return hk.Linear(2{})(x)\nhk.transform(f)",
        ("", ", name='out'"),
        2,
    ),
    (
        "numpy-on-tracer",
        "def f(x):\n  y = jnp.sqrt(x)\n  return np.sum({})\nhk.transform(f)",
        ("y + 1", "y.shape"),
        3,
    ),
    (
        "state-in-apply",
        "def f(x, train):\n  if {}:\n    hk.set_state('n', x)\nhk.transform_with_state(f)",
        ("train", "True"),
        3,
    ),
    (
        "state-in-apply",
        "def f(x):\n  if not hk.running_init():\n    hk.set_state('n', x)\n{}\nf = hk.transform(f)",
        ("", "  hk.get_state('n', [], init=jnp.zeros)"),
        3,
    ),
    (
        "key-twice",
        "def f(key):\n  a = jax.random.normal(key)\n  return a + jax.random.normal({})",
        ("key", "jax.random.fold_in(key, 1)"),
        3,
    ),
]


@pytest.mark.parametrize(("code", "text", "variants", "line"), RISKS)
def test_lines_at_risk_are_marked_and_their_right_forms_are_not(code, text, variants, line):
    wrong, right = variants
    assert (code, line) in risks(text.format(wrong))
    assert code not in dict(risks(text.format(right)))


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("r.normal(k)\nr.normal(k)", [2]),
        ("r.normal(k)\nk = g()\nr.normal(k)", []),
        ("if a:\n  r.normal(k)\nelse:\n  r.normal(k)", []),
        ("if a:\n  r.normal(k)\nr.normal(k)", [3]),
        ("if a:\n  return r.normal(k)\nr.normal(k)", []),
        ("k, new = r.split(k)\nr.normal(k)", []),
        ("new = r.split(k)\nr.normal(k)", [2]),
        ("for i in x:\n  r.normal(k)", [2]),
        ("for i in x:\n  k, a = r.split(k)\n  r.normal(a)", []),
        ("for k in x:\n  r.normal(k)", []),
        ("r.fold_in(k, 1)\nr.fold_in(k, 2)", []),
        ("f = lambda: r.normal(k)\nr.normal(k)", []),
    ],
)
def test_keys_that_are_used_twice(body, lines):
    inside = "\n".join(f"  {line}" for line in body.splitlines())
    source = f"from jax import random as r\ndef f(k, x, a):\n{inside}"
    assert [one.line - 2 for one in keys_used_twice(source)] == lines


CODE = """\
class Net(hk.Module):
    def __call__(self, x):
        return hk.BatchNorm(True, True, 0.9)(hk.Linear(3)(x), True)
def forward(x):
    return Net()(x)
net = hk.without_apply_rng(hk.transform_with_state(forward))
"""


def test_the_reading_list_has_pages_in_the_order_of_the_course():
    found = read_code({"net.py": HEAD + CODE})
    pages = [page["page"] for page in found["reading"]]
    assert pages == [
        page for page in ("haiku/transform", "haiku/modules", "haiku/state") if page in pages
    ]
    assert len(pages) == 3
    assert found["minutes"] == sum(page["minutes"] for page in found["reading"]) > 3
    assert "haiku.BatchNorm" in str(found["reading"][-1]["sections"])
    json.dumps(found)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(HEAD + CODE)
    cell = {"cell_type": "code", "metadata": {}, "source": "%time\n" + HEAD + "hk.GRU(3)"}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "book.ipynb").write_text(json.dumps(book))
    return tmp_path


def test_the_command_answers_the_questions(folder, capsys):
    assert command.main(["net.py", "book.ipynb"]) == 0
    printed = capsys.readouterr().out
    assert "apply(params, state, x) -> (out, state)" in printed
    assert "net.py:6  Net(hk.Module), a module" in printed
    assert re.search(
        "net/batch_norm/~/mean_ema +counter, hidden, average .state. +net.py:", printed
    )
    assert re.search(r"haiku\.GRU +book\.ipynb:7\n", printed)
    assert "What to read, about" in printed


def test_keywords_and_arithmetic_are_listed_if_all_is_asked_for(folder, capsys):
    (folder / "more.py").write_text(HEAD + "hk.Linear(3, with_bias=jnp.ones(3).any())")
    printed = []
    for options in ([], ["--all"]):
        assert command.main(["more.py", *options]) == 0
        printed.append(capsys.readouterr().out)
    assert ["haiku.Linear " in text for text in printed] == [True, True]
    assert ["haiku.Linear(with_bias)" in text for text in printed] == [False, True]
    assert ["jax.numpy.ones" in text for text in printed] == [False, True]


def test_the_command_gives_json(folder, capsys):
    assert command.main([".", "--output-format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["files"]) == {"net.py", "book.ipynb"}
    assert found["trees"][0]["entries"][0]["path"] == "net/linear"


def test_the_status_says_whether_a_line_is_at_risk_or_a_file_unread(folder, capsys):
    (folder / "risk.py").write_text("import jax\nk = 1\njax.random.normal(k)\njax.random.split(k)")
    assert command.main(["risk.py"]) == 1
    assert "line 4\n      key-twice: " in capsys.readouterr().out
    (folder / "old.py").write_text("print 'two'")
    assert command.main(["net.py", "old.py"]) == 2
    captured = capsys.readouterr()
    assert "old.py: line 1 is not Python 3" in captured.err
    assert "Net(hk.Module), a module" in captured.out
    assert command.main(["absent.py"]) == 2
    assert command.main(["net.py", "--start", "net.py:absent"]) == 2
    assert "no function or class absent" in capsys.readouterr().err


RUN = """
def whole():
    return jnp.float32(len(jax.tree.leaves(Net()(jnp.ones((2, 5))))))
def given():
    return (lambda x: Net()(x)), jnp.ones((2, 5))
def arguments(x):
    return Net()(x)
def nothing():
    return 3
"""


@pytest.mark.parametrize("function", ["whole", "given"])
def test_the_tree_at_run_time_names_the_line_of_each_parameter(
    folder, function, capsys, monkeypatch
):
    monkeypatch.syspath_prepend(str(folder))
    module = f"of_{function}"
    (folder / f"{module}.py").write_text(HEAD + CODE + RUN)
    assert (
        command.main([f"{module}.py", "--run", f"{module}:{function}", "--output-format", "json"])
        == 0
    )
    rows = {row["path"]: row for row in json.loads(capsys.readouterr().out)["run"]}
    assert rows["net/linear/w"]["shape"] == [5, 3]
    assert (rows["net/linear/w"]["file"], rows["net/linear/w"]["line"]) == (f"{module}.py", 8)
    assert {row["predicted"] for row in rows.values()} == {"known"}


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("for_errors", "is not of the form module:function"),
        ("for_errors:absent", "has no absent"),
        ("absent_module:f", "cannot be imported"),
        ("for_errors:arguments", "takes arguments"),
        ("for_errors:nothing", "makes no modules"),
    ],
)
def test_what_cannot_be_run_is_said(folder, target, told, monkeypatch):
    monkeypatch.syspath_prepend(str(folder))
    (folder / "for_errors.py").write_text(HEAD + CODE + RUN)
    with pytest.raises(ValueError, match=told):
        tree_at_run_time(target)


def test_what_was_predicted_and_is_not_there_is_said():
    entry = {"kind": "parameter", "path": "a", "name": "w", "known": True}
    assert beside({"entries": [entry]}, {}) == [
        {"kind": "parameter", "path": "a/w", "predicted": "wrong"}
    ]


def test_the_single_file_reads_without_any_package(packed, folder):
    code = "import sys; sys.modules.update(dict.fromkeys(['jax', 'haiku', 'numpy']));"
    code += f"sys.path.insert(0, {str(packed)!r}); from haiku_porting.command import main;"
    code += "main(['read', 'net.py'])"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "net/linear" in run.stdout


def test_all_trees_of_a_file_together_end_early():
    network = "".join(
        f"{' ' * 4 * depth}for i{depth} in a[{depth}]:\n"
        f"{' ' * 4 * (depth + 1)}if b[i{depth}] > c:\n"
        f"{' ' * 4 * (depth + 2)}x = hk.Linear(i{depth})(x)\n"
        for depth in range(1, 11)
    )
    nets = (f"def net{n}(x, a, b, c):\n{network}hk.transform(net{n})\n" for n in range(30))
    project = Project({"nets.py": "import haiku as hk\n" + "".join(nets)})
    notes = [tree.note for tree in trees_of(project)]
    assert len(notes) == 30
    assert set(notes) == {"the rest would take too long to follow"}
    assert -MOST_STEPS < project.left < 0  # without this limit 30 times as many


def test_a_method_with_annotations_can_be_transformed():
    code = """
import haiku as hk
class Net:
    def run(self, x: jnp.ndarray, n: int = 3) -> jnp.ndarray: return hk.Linear(n)(x)
    def __init__(self): self.net = hk.transform(self.run)
"""
    (tree,) = read_code({"net.py": code})["trees"]
    assert tree["init"] == "init(rng, x: jnp.ndarray, n: int=3) -> params"


def test_a_class_that_a_transform_makes_has_no_tree_of_its_own():
    code = """import haiku as hk
class Gate(hk.Linear):
    pass
class Other(hk.Linear):
    pass
net = hk.transform(lambda x: Gate(4)(x))
"""
    assert [tree["of"] for tree in read_code({"net.py": code})["trees"]] == ["<lambda>", "Other"]
