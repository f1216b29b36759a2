import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from publishing.run.record import SCHEMA
from publishing.tools.cli import main
from publishing.tools.take import read_verdicts, write_verdicts


@pytest.fixture
def tutorials(project):
    """The command, in a project with one tutorial."""
    project.tutorial("part/tiny", "# %%\nx = 1\n")

    def call(*arguments):
        return CliRunner().invoke(main, arguments)

    return call


def ran_elsewhere(tutorials, project, name: str = "other") -> Path:
    """A folder of the records of all tutorials, which are no longer here."""
    assert tutorials("run").exit_code == 0
    (project.root / name).parent.mkdir(parents=True, exist_ok=True)
    return (project.root / ".cache/records").rename(project.root / name)


def git(*arguments, cwd) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@b.test")
    subprocess.run(["git", *author, *map(str, arguments)], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def site(tutorials, project) -> Path:
    """A site as it is published, with the records of its pages and the verdicts on its answers."""
    ran_elsewhere(tutorials, project, "site/records")
    verdict = {"answer": None, "check": "AssertionError: No.", "seconds": 0.1, "used": 2}
    write_verdicts(project.root / "site/verdicts/part-tiny.json", {"a": verdict, "b": verdict})
    return project.root / "site"


@pytest.fixture
def forge(site, tmp_path) -> Path:
    """A bare repository whose branch gh-pages has the site."""
    (site / "elsewhere").symlink_to("/etc")
    git("init", "--quiet", "--initial-branch=gh-pages", cwd=site)
    git("add", "--all", cwd=site)
    git("commit", "--quiet", "--message=site", cwd=site)
    git("clone", "--quiet", "--bare", site, tmp_path / "forge.git", cwd=tmp_path)
    shutil.rmtree(site)
    return tmp_path / "forge.git"


ALL = "Records taken: 1 (1 of 1 tutorials here have one); verdicts taken: 2.\n"


@pytest.mark.slow
@pytest.mark.parametrize("place", ["folder", "address", "url", "origin"])
def test_what_a_site_carries_is_taken_and_nothing_runs_again(tutorials, project, request, place):
    source = request.getfixturevalue("site" if place == "folder" else "forge")
    git("init", "--quiet", cwd=project.root)
    git("remote", "add", "origin", source, cwd=project.root)
    address = {"url": [source.as_uri()], "origin": []}.get(place, [str(source)])
    taken = tutorials("take", *address)
    assert (taken.exit_code, taken.output) == (0, ALL)
    assert tutorials("run").stdout == "1 tutorial: 0 run, 1 had a record.\n"
    assert read_verdicts(project.root / ".cache/verdicts/part-tiny.json").keys() == {"a", "b"}
    again = "Records taken: 0 (1 of 1 tutorials here have one); verdicts taken: 0.\n"
    assert tutorials("take", *address).stdout == again


@pytest.mark.slow
def test_verdicts_are_joined_by_their_digests_and_the_one_used_last_stays(tutorials, project, site):
    here = project.root / ".cache/verdicts/part-tiny.json"
    own = {"answer": None, "check": None, "seconds": 9.0, "used": 1}
    write_verdicts(here, {"a": own, "b": own | {"used": 3}, "c": own})
    assert "verdicts taken: 1." in tutorials("take", "site").stdout
    assert {name: each["used"] for name, each in read_verdicts(here).items()} == {
        "a": 2,
        "b": 3,
        "c": 1,
    }


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "changed", "a folder"])
def test_a_file_of_verdicts_that_is_not_as_it_was_written_is_not_taken(tutorials, site, damage):
    path = site / "verdicts/part-tiny.json"
    text = path.read_text()
    if damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_text(text[:-9] if damage == "cut" else text.replace("No.", "Yes."))
    taken = tutorials("take", "site")
    assert (taken.exit_code, "verdicts taken: 0" in taken.stdout) == (0, True), taken.output


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".cache", "records"])
def test_the_records_of_several_machines_are_all_taken(tutorials, project, folder):
    for name in "abc":
        project.tutorial(name, f"# %%\n'{name}'\n")
    config = project.root / "mkdocs.yml"
    places = [f"shard-{number}/{folder}" for number in (1, 2)]
    for number, place in enumerate(places, 1):
        records = f"records: {place}/records"
        other = config.read_text().replace("workers: 2,", f"workers: 2, {records},")
        (project.root / "other.yml").write_text(other)
        done = tutorials("-f", "other.yml", "run", "--shard", f"{number}/2")
        assert done.stdout == "2 tutorials: 2 run, 0 had a record.\n"
    taken = tutorials("take", *places).stdout
    assert taken.startswith("Records taken: 4 (4 of 4 tutorials here have one);")
    assert tutorials("run").stdout == "4 tutorials: 0 run, 4 had a record.\n"


@pytest.mark.slow
def test_what_is_skipped_is_named(tutorials, project):
    ran_elsewhere(tutorials, project)
    broken = project.root / "other/key/cpu.json"
    broken.parent.mkdir()
    broken.write_text("{")
    taken = tutorials("take", "other")
    assert taken.stdout.startswith("Records taken: 1 ")
    said = f"other/key/cpu.json is not a whole record of schema {SCHEMA}; it was skipped.\n"
    assert taken.stderr == said


WRONG = {
    "nowhere": "nowhere is not a folder, and its branch gh-pages cannot be fetched (fatal: '",
    "docs": "docs holds no records; name folders of records",
    ".": ". holds no records; name folders of records",
    "damaged": "damaged/key/cpu.json is not a whole record",
    "empty.git": "empty.git is not a folder, and its branch gh-pages cannot be fetched (fatal: c",
    "bare.git": "the site in the branch gh-pages of bare.git has no records yet.",
    "": "this course has no `origin`; say from where: `tutorials take FROM`",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", WRONG)
def test_a_place_without_records_is_told_in_a_sentence(tutorials, project, place):
    tutorials("run")
    (project.root / "damaged/key").mkdir(parents=True)
    (project.root / "damaged/key/cpu.json").write_text("{}")
    git("init", "--quiet", "--bare", "empty.git", cwd=project.root)
    git("init", "--quiet", "--initial-branch=gh-pages", "docs", cwd=project.root)
    git("add", "--all", cwd=project.root / "docs")
    git("commit", "--quiet", "--message=site", cwd=project.root / "docs")
    git("clone", "--quiet", "--bare", "docs", "bare.git", cwd=project.root)
    shutil.rmtree(project.root / "docs/.git")
    result = tutorials("take", *[place][: bool(place)])
    assert isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(WRONG[place])


@pytest.mark.slow
def test_places_before_an_empty_one_are_taken(tutorials, project):
    ran_elsewhere(tutorials, project)
    assert tutorials("take", "other", "docs").exit_code == 1
    assert tutorials("run").stdout == "1 tutorial: 0 run, 1 had a record.\n"


def test_an_option_of_git_is_an_address_like_any_other(tutorials, project):
    touched = f"--upload-pack=touch {project.root}/touched"
    assert tutorials("take", "--", touched).exit_code == 1
    assert not (project.root / "touched").exists()


@pytest.mark.slow
def test_the_record_of_a_site_is_json_with_its_checksum(tutorials, project, site):
    (path,) = (site / "records").glob("*/*.json")
    content = json.loads(path.read_text())
    content["tutorial"] = "part/other"
    path.write_text(json.dumps(content))
    assert "is not a whole record" in tutorials("take", "site").stderr
