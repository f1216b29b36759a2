"""A course that `tutorials init` writes, with the package as others install it: from a wheel."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from click.testing import CliRunner

from publishing.tools import new
from publishing.tools.cli import main
from publishing.tools.new import TEMPLATE

ROOT = Path(__file__).parents[3]
OF_THIS_ONE = (
    "PYTHONPATH",
    "SITE_URL",
    "REPOSITORY",
    "UV_PROJECT",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
)
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OF_THIS_ONE}
# What was released since must not fail a test.
ENVIRONMENT["UV_EXCLUDE_NEWER"] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "uv"
]["exclude-newer"]
COURSE = ("jax", "haiku", "chex", "flax", "equinox", "optax", "snippets", "tests", "tutorials")
pytestmark = pytest.mark.xdist_group("wheel")


def call(*command: str | Path, cwd: Path, **variables: str) -> str:
    """What a command prints; one that fails fails the test with what it said."""
    options = {"cwd": cwd, "env": ENVIRONMENT | variables, "capture_output": True, "text": True}
    done = subprocess.run(list(map(str, command)), **options, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The package as others install it."""
    folder = tmp_path_factory.mktemp("wheel")
    call("uv", "build", "--quiet", "--wheel", "--out-dir", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def course(wheel, tmp_path_factory) -> Path:
    """A new course, built once, strictly."""
    folder = tmp_path_factory.mktemp("empty") / "My 2nd course"
    options = ("--quiet", "--python", sys.executable, "--from", wheel)
    said = call("uvx", *options, "tutorials", "init", folder.name, cwd=folder.parent)
    assert said == "A course is in My 2nd course; `uv run mkdocs serve` in it shows it.\n"
    call("uv", "run", "mkdocs", "build", "--strict", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(course) -> Path:
    """The programs in the environment of the new course."""
    return course / ".venv/bin"


def test_the_wheel_brings_one_package_and_nothing_of_the_course(installed, tmp_path):
    found = (
        "import importlib.util, sys\n"
        "print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    )
    assert (
        call(installed / "python", "-c", found, *COURSE, "publishing", cwd=tmp_path)
        == "['publishing']\n"
    )
    tops = (
        "import importlib.metadata as m; print({f.parts[0] for f in m.files('mkdocs-tutorials')})"
    )
    brought = call(installed / "python", "-c", tops, cwd=tmp_path)
    assert re.fullmatch(r"\{.*\}\n", brought)
    assert {name for name in re.findall("'(.*?)'", brought) if "dist-info" not in name} <= {
        "publishing",
        "..",
    }


def test_the_new_course_has_its_pages_and_no_other_kernel_finds_its_snippets(course, installed):
    page = (course / "site/tutorials/first/index.html").read_text()
    assert "My 2nd course" in page
    assert "1 of 1" in page
    assert 'href="https://numpy.org/doc/stable/reference/generated/numpy.convolve.html"' in page
    (course / "tutorials/second.py").write_text(
        "# %% [markdown]\n# # Second\n\n# %%\nimport snippets\n"
    )
    command = [installed / "tutorials", "run", "second"]
    done = subprocess.run(
        command, cwd=course, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    (course / "tutorials/second.py").unlink()
    assert done.returncode == 1
    assert "tutorials/second.py:5: " in done.stderr


def test_the_new_course_asks_for_nothing_that_it_does_not_publish(course):
    for page in course.glob("site/**/*.html"):
        loaded = re.findall(
            r'<(?:script|link|img)\b[^>]*?(?:src|href)="?([^" >]+)', page.read_text()
        )
        assert loaded
        assert [address for address in loaded if re.match("https?:|//", address)] == []


def test_its_own_tests_pass(course, installed):
    assert re.search(
        r"^5 passed", call(installed / "python", "-m", "pytest", "-q", cwd=course), re.MULTILINE
    )


@pytest.mark.slow
def test_its_own_tests_pass_with_data_beside_a_page(course, installed, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(course, folder, ignore=shutil.ignore_patterns(".venv", "site", ".cache"))
    options = folder / "mkdocs.yml"
    options.write_text(
        options.read_text().replace("first.ipynb", "first.ipynb\n      - tutorials/data.ipynb")
    )
    (folder / "tutorials/numbers.csv").write_text("1,2\n3,4\n")
    (folder / "tutorials/data.py").write_text(
        "# %% [markdown]\n# # Data\n\n# %%\nimport numpy as np\n\n"
        'print(np.loadtxt("numbers.csv", delimiter=","))\n'
    )
    said = call(installed / "python", "-m", "pytest", "-q", cwd=folder)
    assert re.search(r"^6 passed", said, re.MULTILINE), said


def test_its_downloads_run_elsewhere(course, installed, tmp_path):
    (notebook,) = course.glob("site/tutorials/first/*-solved.ipynb")
    execute = """
import nbclient, nbformat, sys
notebook = nbformat.read(sys.argv[1], 4)
nbclient.execute(notebook)
nbformat.write(notebook, sys.argv[2])
"""
    call(installed / "python", "-c", execute, notebook, tmp_path / notebook.name, cwd=tmp_path)
    said = call(installed / "python", course / "site/tutorials/first/first.py", cwd=tmp_path)
    for text in (said, (tmp_path / notebook.name).read_text()):
        assert "gives the mean of each window" in text


def test_the_project_file_names_the_wheel_that_wrote_it(course, wheel):
    project = tomllib.loads((course / "pyproject.toml").read_text())["project"]
    assert f"mkdocs-tutorials @ {wheel.as_uri()}" in project["dependencies"]


@pytest.fixture(scope="module")
def ways() -> dict[str, str]:
    """What the documentation says to write for each service or machine, by its first word."""
    text = (ROOT / "docs/operate.md").read_text()
    section = text.partition("\n## Elsewhere")[2].partition("\n## ")[0]
    blocks = re.findall(
        r"^(?:GitLab|Read the Docs|A machine)[^`]*(?:`[^`]+`[^`]*)*?```\w+\n(.*?)```",
        section,
        re.M | re.S,
    )
    assert all(len(block.splitlines()) <= 15 for block in blocks)
    return dict(zip(("gitlab-ci", "readthedocs", "cron"), blocks, strict=True))


@pytest.mark.parametrize("service", ["gitlab-ci", "readthedocs"])
def test_what_a_service_reads_fits_its_schema(ways, service, tmp_path):
    (tmp_path / "file.yml").write_text(ways[service])
    call(
        "check-jsonschema",
        "--builtin-schema",
        f"vendor.{service}",
        tmp_path / "file.yml",
        cwd=tmp_path,
    )


@pytest.mark.slow
@pytest.mark.parametrize("service", ["gitlab-ci", "readthedocs", "cron"])
def test_the_commands_for_a_service_build_the_site(ways, service, course, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(course, folder, ignore=shutil.ignore_patterns(".venv"))
    shutil.rmtree(folder / "site")
    if service == "cron":
        commands, place, url = (
            [ways[service].split(maxsplit=5)[5]],
            "site",
            "https://course.example/",
        )
        author = ("-c", "user.name=a", "-c", "user.email=a@b.test")
        call("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
        call("git", "add", "--all", cwd=folder)
        call("git", *author, "commit", "--quiet", "--message=first", cwd=folder)
        call("git", "clone", "--quiet", "--bare", folder, tmp_path / "forge", cwd=tmp_path)
        call("git", "remote", "add", "origin", tmp_path / "forge", cwd=folder)
        call("git", "fetch", "--quiet", "origin", cwd=folder)
        call("git", "branch", "--quiet", "--set-upstream-to=origin/main", cwd=folder)
        cwd, variables = tmp_path, {}
    elif service == "gitlab-ci":
        job, url, cwd = yaml.safe_load(ways[service])["pages"], "https://pages.test/x/", folder
        commands, (place,) = job["script"], job["artifacts"]["paths"]
        variables = {
            name: value.replace("$CI_PAGES_URL", url[:-1])
            for name, value in job["variables"].items()
        }
        assert job["cache"]["paths"] == [".cache/records"]
    else:
        commands, cwd, url = (
            yaml.safe_load(ways[service])["build"]["commands"],
            folder,
            "https://docs.test/en/latest/",
        )
        place = "out/html"
        variables = {"READTHEDOCS_CANONICAL_URL": url, "READTHEDOCS_OUTPUT": str(folder / "out")}
    variables["UV_PROJECT_ENVIRONMENT"] = str(
        course / ".venv"
    )  # which spares the time to install it once more
    for command in commands:
        call("bash", "-e", "-c", command, cwd=cwd, **variables)
    assert (
        f'rel="canonical" href="{url}tutorials/first/"'
        in (folder / place / "tutorials/first/index.html").read_text()
    )
    (record,) = (folder / place / "records").glob("*/*.json")
    assert (
        record.read_bytes()
        == (folder / ".cache/records" / record.relative_to(folder / place / "records")).read_bytes()
    )
    status = json.loads((folder / place / "status.json").read_text())
    assert re.fullmatch("[0-9a-f]{40}" if service == "cron" else "", status["commit"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", status["built"])


GIT = {"url": "https://x.test/a", "vcs_info": {"vcs": "git", "commit_id": "01ab"}}
# What an installer notes of where a package came from, and what a new course asks for.
ORIGINS = [
    ({}, "mkdocs-tutorials>=1.2"),  # a registry
    (
        {"url": "file:///a/b", "dir_info": {"editable": True}},
        "mkdocs-tutorials @ file:///a/b",
    ),
    (GIT, "mkdocs-tutorials @ git+https://x.test/a@01ab"),
    (
        {"url": "https://x.test/a.whl", "archive_info": {}},
        "mkdocs-tutorials @ https://x.test/a.whl",
    ),
]


def test_a_course_depends_on_the_package_from_where_it_came(monkeypatch):
    for origin, asked in ORIGINS:
        text = json.dumps(origin) if origin else None
        installed = SimpleNamespace(version="1.2", read_text={"direct_url.json": text}.get)
        monkeypatch.setattr(new, "distribution", lambda name, found=installed: found)
        assert new.requirement() == asked


@pytest.mark.parametrize(
    ("folder", "options", "title"),
    [
        ("my-first_course", [], "My first course"),
        ("Statistik für Anfänger", [], "Statistik für Anfänger"),
        ("统计", [], "统计"),
        ("x", ["--title", 'A: "b", & c\\d'], "A: 'b', & c'd"),
    ],
)
def test_a_course_is_called_as_its_folder_or_by_its_title(
    tmp_path, monkeypatch, folder, options, title
):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", folder, *options])
    assert result.exit_code == 0, result.output
    config = (tmp_path / folder / "mkdocs.yml").read_text()
    assert yaml.safe_load(config.partition("\n")[0]) == {"site_name": title}
    assert (tmp_path / folder / "README.md").read_text().startswith(f"# {title}\n")


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("full", "full holds something already; name a new folder."),
        ("full/a.txt", "holds something already"),
    ],
)
def test_a_folder_that_cannot_become_a_course_stays_as_it_is(
    tmp_path, monkeypatch, folder, sentence
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/a.txt").write_text("mine")
    result = CliRunner().invoke(main, ["init", "--", folder])
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "a.txt"]


def test_the_template_has_each_file_of_the_course_that_it_shares_with_this_one():
    shared = [path for path in TEMPLATE.rglob("*") if path.is_symlink()]
    assert shared
    assert all(path.resolve().is_relative_to(ROOT) and path.is_file() for path in shared)
