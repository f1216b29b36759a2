"""Errors as Python, IPython and people give them, and the entry that each belongs to."""

import re
from pathlib import Path

import pytest

from snippets.porting.answer import answer
from snippets.porting.answer.tracebacks import advice, best, failure_of, line_now

ROOT = Path(__file__).parents[3]
PYTHON = """\
I0601 a line of a log
Traceback (most recent call last):
  File "/home/me/train.py", line 41, in <module>
    main()
  File "/home/me/train.py", line 12, in loss
    params = jax.tree_map(lambda p: p, params)
             ^^^^^^^^^^^^
  File "/venv/lib/python3.12/site-packages/jax/__init__.py", line 7, in __getattr__
    raise AttributeError(f"module {name}")
AttributeError: module 'jax' has no attribute 'tree_map'
"""
CHAINED = """\
Traceback (most recent call last):
  File "a.py", line 1, in f
    g()
KeyError: 'w'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 2, in h
    f()
jax.errors.UnexpectedTracerError: Encountered an unexpected tracer.
See https://docs.jax.dev: more
--------------------
For simplicity, JAX has removed its internal frames.
"""
IPYTHON = """\
---------------------------------------------------------------------------
TracerBoolConversionError                 Traceback (most recent call last)
Cell In[3], line 4
      1 @jax.jit
----> 4 f(1.0)

    [... skipping hidden 11 frame]

Cell In[3], line 2, in f(x)
      1 def f(x):
----> 2     if x > 0:

File ~/venv/lib/python3.12/site-packages/jax/_src/core.py:1500, in error(self, arg)
   1499 def error(self, arg):
-> 1500   raise TracerBoolConversionError(arg)

TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[].
"""
OLDER = """\
---------------------------------------------------------------------------
TypeError                                 Traceback (most recent call last)
<ipython-input-3-0123456789ab> in <module>()
----> 1 update(params)

/content/train.py in update(params)
     11   # the step
---> 12   return step - params

TypeError: unsupported operand type(s) for -: 'float' and 'dict'
"""


@pytest.mark.parametrize(
    ("text", "kind", "message", "place"),
    [
        (PYTHON, "AttributeError", "module 'jax' has", ("/home/me/train.py", "12", "loss")),
        (CHAINED, "jax.errors.UnexpectedTracerError", "Encountered an", ("b.py", "2", "h")),
        (IPYTHON, "TracerBoolConversionError", "Attempted boolean", ("Cell In[3]", "2", "f(x)")),
        (OLDER, "TypeError", "unsupported", ("/content/train.py", "12", "update(params)")),
    ],
)
def test_a_traceback_gives_the_last_error_and_the_readers_own_innermost_line(
    text, kind, message, place
):
    failure = failure_of(text)
    assert failure.type == kind
    assert failure.message.startswith(message)
    assert failure.frame[:3] == place


def test_the_code_of_a_line_comes_with_it_and_today_s_form_stands_beside_it():
    codes = [failure_of(text).frame.code.strip() for text in (PYTHON, IPYTHON, OLDER)]
    old = "params = jax.tree_map(lambda p: p, params)"
    assert codes == [old, "if x > 0:", "return step - params"]
    found = answer("", PYTHON.encode())
    where, write = found["sections"]
    assert where["text"] == "`/home/me/train.py`, line 12, in `loss`"
    assert where["pairs"] == [
        {"place": "12", "old": old, "new": old.replace("_map", ".map"), "gap": True}
    ]
    assert write["table"]["rows"][0][:2] == ["`jax.tree_map`", "`jax.tree.map`"]
    assert found["message"] == "AttributeError: module 'jax' has no attribute 'tree_map'"


@pytest.mark.parametrize(
    ("code", "now"),
    [
        ("if jnp.alltrue(x):", "if jnp.all(x):"),
        ("from jax.experimental import optix", "import optax as optix"),
        ("x = jnp.all(x)", ""),
        ("jax.tree_map(f,", ""),
        ("", ""),
    ],
)
def test_a_line_is_written_anew_only_if_it_can_be(code, now):
    assert line_now(code) == now


@pytest.mark.parametrize(
    ("message", "old", "new"),
    [
        ("module 'jax.numpy' has no attribute 'alltrue'", "jax.numpy.alltrue", "jax.numpy.all"),
        ("cannot import name 'optix' from 'jax.experimental'", "jax.experimental.optix", "optax"),
        ("No module named 'jax.experimental.optix'", "jax.experimental.optix", "optax"),
        ("jax.tree_map was removed in JAX v0.6.0", "jax.tree_map", "jax.tree.map"),
        ("clip() got an unexpected keyword argument 'a_min'", "jax.numpy.clip(a_min)", "min"),
        (
            "'ArrayImpl' object has no attribute 'block_host_until_ready'",
            ".block_host_until_ready",
            "block_until_ready",
        ),
    ],
)
def test_a_name_that_is_missing_is_looked_up(message, old, new):
    found = advice(message)
    assert found.old == old
    assert new in found.known.new


@pytest.mark.parametrize(
    "message", ["module 'jax' has no attribute 'foo'", "No module named 'torch'", "'w'"]
)
def test_a_name_that_no_table_has_is_not_explained(message):
    assert advice(message) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TypeError: Expected a callable value", "traceback"),
        ("jax.errors.UnexpectedTracerError", "traceback"),
        ("Gradient only defined for scalar-output functions. Output had shape: (4,).", "traceback"),
        ("class FooError(Exception):\n    x: int = 1\nraise FooError\n", "code"),
        ('"""\nTraceback (most recent call last):\n"""\nimport jax\n', "code"),
    ],
)
def test_an_error_is_told_from_code(text, kind):
    assert answer("", text.encode())["kind"] == kind


@pytest.fixture(scope="module")
def entries():
    """The entries of the page of errors, by their headings and the older wordings."""
    page = (ROOT / "tutorials/look_up/errors.py").read_text(encoding="utf-8")
    found = {head: [head] for head in re.findall(r"^# ### `(.*)`$", page, re.MULTILINE)}
    ids = {re.sub(r"[^\w]+", "", head).lower(): head for head in found}
    for wording, anchor in re.findall(r"^# - `(.*?)`:\n#   \[.*?\]\(#(.*?)\)", page, re.MULTILINE):
        if head := ids.get(re.sub(r"[^\w]+", "", anchor)):
            found[head].append(wording)
    assert sum(map(len, found.values())) > len(found) + 20
    return [{"id": head, "messages": messages} for head, messages in found.items()]


def test_each_message_of_the_page_of_errors_finds_its_entry(entries):
    page = (ROOT / "tutorials/look_up/errors.py").read_text(encoding="utf-8")
    cells = re.findall(r'^# ### `(.*)`\n\n# %% raises="(\w+)" match="', page, re.MULTILINE)
    assert len(cells) > 50
    for head, kind in cells:
        asked = head.replace("...", "something else")
        assert best(f"{kind}: before {asked} (2, 3), and after", entries) == head


@pytest.mark.parametrize(
    ("message", "start"),
    [
        ("TypeError: unsupported operand type(s) for -: 'list' and 'dict'", "unsupported operand"),
        ("TypeError: add got incompatible shapes for broadcasting: (3,), (4,).", "Incompatible"),
        ("ImportError: cannot import name 'xla_bridge' from 'jax.lib' (/a/b.py)", "No module"),
        (
            "jax.errors.ConcretizationTypeError: Abstract tracer value encountered where"
            " concrete value is expected: Traced<ShapedArray(bool[])>with<DynamicJaxprTrace>",
            "Attempted boolean",
        ),
        ("AttributeError: module 'haiku' has no attribute 'Dropout'", ""),
        ("TypeError: f() missing 1 required positional argument: 'x'", ""),
        ("ImportError: cannot import name 'foo' from 'jax.experimental'", ""),
        ("AttributeError: module 'jax' has no attribute 'foo'", ""),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'x'", ""),
        ("", ""),
    ],
)
def test_a_message_with_other_values_finds_its_entry_and_one_without_an_entry_finds_none(
    entries, message, start
):
    found = best(message, entries)
    assert found.startswith(start)
    assert bool(found) == bool(start)


def test_the_longest_of_the_messages_that_fit_decides():
    short, long = ({"id": one, "messages": [one]} for one in ("was donated", "array was donated"))
    for entries in ([short, long], [long, short]):
        assert best("The array was donated.", entries) == "array was donated"
