import importlib.util

import pytest

from snippets.terminal import haiku_port

OLD = b"from jax import tree_map\n"


def test_what_the_command_prints_is_returned_without_the_last_line_break():
    told = haiku_port("revive --diff old.py", {"old.py": OLD, "new.py": "import jax\n"})
    assert told.startswith("--- a/old.py\n+++ b/old.py\n")
    assert not told.endswith("\n")


@pytest.mark.parametrize("words", ["revive absent.py", "rewrite old.py"])
def test_a_command_that_fails_says_why(words):
    assert words.split()[words.startswith("revive")] in haiku_port(words, {"old.py": OLD})


def test_without_the_package_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "haiku-porting is not installed" in haiku_port("revive old.py", {"old.py": OLD})
