from pathlib import Path

import pytest

from publishing.read.diagnostic import (
    Diagnostic,
    Line,
    SourceError,
    join,
    line_of,
    lines_in_strings,
    read_source,
    relative,
    syntax_error,
)


def refusal(path: Path) -> Diagnostic:
    with pytest.raises(SourceError) as raised:
        read_source(path)
    (diagnostic,) = raised.value.diagnostics
    return diagnostic


def test_a_file_is_read_with_unix_line_ends_and_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes("\ufeffä = 1\r\nb = 2\r\n".encode())
    assert read_source(path) == "ä = 1\nb = 2\n"


def test_bytes_that_are_not_utf_8_are_told_by_their_line(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n# gr\xfc\xdfe\n")
    diagnostic = refusal(path)
    assert (diagnostic.path, diagnostic.number) == (path, 2)
    assert "UTF-8" in diagnostic.message


def test_a_missing_file_is_told_by_its_path(tmp_path):
    diagnostic = refusal(tmp_path / "gone.py")
    assert diagnostic.path == tmp_path / "gone.py"
    assert "cannot be read" in diagnostic.message


@pytest.mark.parametrize("rare", ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("line", ['s = "a{}b"', "{}", "x = 1{}"])
def test_a_line_break_that_only_some_programs_count_is_refused_at_its_line(tmp_path, rare, line):
    path = tmp_path / "a.py"
    path.write_text("x = 1\n" + line.format(rare) + "\ny = 2\n", encoding="utf-8")
    assert refusal(path).number == 2


def test_a_diagnostic_reads_as_path_line_and_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(Diagnostic(tmp_path / "a" / "b.py", 3, "is odd.")) == "a/b.py:3: is odd."
    assert relative(Path("/elsewhere/b.py")) == Path("/elsewhere/b.py")


def test_an_error_has_a_line_for_each_diagnostic():
    diagnostics = Diagnostic(Path("a.py"), 1, "one."), Diagnostic(Path("b.py"), 2, "two.")
    error = SourceError(*diagnostics)
    assert error.diagnostics == diagnostics
    assert str(error) == "a.py:1: one.\nb.py:2: two."


def test_lines_become_text():
    assert (
        join([Line("a", Path("a.py"), 1), Line("", Path("a.py"), 2), Line("b", Path("a.py"), 3)])
        == "a\n\nb"
    )


@pytest.mark.parametrize(
    "source", ["x = 1", "async def f():\n    await g()", "# only a comment", ""]
)
def test_code_that_a_cell_may_hold_has_no_syntax_error(source):
    assert syntax_error(source) is None


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\ny = (", 2),
        ("x = 1\nreturn x", 2),
        ("if True:\n    break", 2),
        ("\nx = '\\eta'", 2),
        ("x = 1\nx is 1", 2),
        ("%timeit x", 1),
        ("x = 1\nawait f()", 2),
        ("x = 1\nasync with a as b:\n    pass", 2),
    ],
)
def test_what_python_refuses_or_warns_of_is_a_syntax_error_with_its_line(source, line):
    assert syntax_error(source).lineno == line


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('x = 1\ny = "a"\n', set()),
        ('x = """a\nb\nc"""\ny = 1', {2, 3}),
        ('f(\n    f"""{\n    x}\n""",\n)', {3, 4}),
        ("x = b'a\\\nb'", {2}),
        ("f(\n    'a'\n    f'b{c}'\n    'd'\n)", set()),
        ('def f():\n    """One.\n\n    Two.\n    """\n', {3, 4, 5}),
    ],
)
def test_a_line_that_begins_within_a_string_is_told_from_one_that_does_not(source, lines):
    assert lines_in_strings(source) == lines


def test_a_line_says_what_is_wrong_with_it():
    assert Line("x", Path("a.py"), 3).diagnostic("is odd.") == Diagnostic(
        Path("a.py"), 3, "is odd."
    )


def test_the_line_of_a_text_is_the_first_that_holds_the_first_candidate_to_be_found(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("one\ntwo\nthree two\n")
    assert line_of(path, ["gone", "", "two", "one"]) == 2
    assert (
        line_of(path, ["gone"])
        == line_of(path, [""])
        == line_of(tmp_path / "gone.md", ["one"])
        == 1
    )
