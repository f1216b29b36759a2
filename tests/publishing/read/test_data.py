import pytest

from publishing.read.data import LIMIT, data_of
from publishing.read.diagnostic import SourceError
from publishing.read.percent import read_tutorial


def data(project, code: str) -> dict[str, bytes]:
    path = project.tutorial("part/page", f"# %%\n{code}\n")
    return data_of(read_tutorial(path, "part/page"))


@pytest.fixture
def beside(project):
    """Files beside a page."""
    (project.root / "tutorials/part/far").mkdir(parents=True)
    for name in ("a.csv", "far/b.npz", ".hidden"):
        (project.root / "tutorials/part" / name).write_text(name)


def test_the_data_of_a_page_are_the_files_beside_it_that_its_code_names(project, beside):
    assert data(project, "open('a.csv'), open('far/b.npz')") == {
        "a.csv": b"a.csv",
        "far/b.npz": b"far/b.npz",
    }
    assert data(project, "# a.csv\n'.hidden', 'b.npz', './a.csv', 'page.py', 'far', ''") == {}


PATHS = [
    "/home/me/x.csv",
    "C:/x.csv",
    r"C:\\data\\x.csv",
    "~/x.csv",
    "/content/drive/a b.npz",
    "{own}",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_only_its_author_has_is_refused_with_its_line(project, beside, path):
    path = path.format(own=project.root / "mkdocs.yml")
    name = path.replace("\\", "/").rpartition("/")[2]
    with pytest.raises(SourceError) as raised:
        data(project, f"1\nopen('{path}')")
    (found,) = raised.value.diagnostics
    assert (found.path.name, found.number) == ("page.py", 6)
    way = f'on your machine only; put it beside the page, and write "{name}".'
    assert found.message.endswith(way)


NO_FILES = [
    "/",
    "/jax/compile/x.y",
    "/content/a.html",
    "https://x.test/home/a.csv",
    "/proc/self/status",
    "a: b.c",
]


@pytest.mark.parametrize("text", NO_FILES)
def test_what_is_no_path_of_one_machine_may_stand_in_code(project, text):
    assert data(project, f"'{text}'") == {}


def test_a_large_file_is_refused_with_its_line(project, beside):
    file = project.root / "tutorials/part/a.csv"
    file.write_bytes(b"0" * LIMIT)
    assert len(data(project, "'a.csv'")["a.csv"]) == LIMIT
    file.write_bytes(b"0" * (LIMIT + 100_000))
    with pytest.raises(SourceError, match=r"page\.py:5: a\.csv has 5\.1 MB, and 5 MB is the limit"):
        data(project, "'a.csv'")
