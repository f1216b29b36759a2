"""What the workflows do with a repository, tried on one on this disk."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / ".github/workflows"
REMOTE = "https://x-access-token:secret@github.com/owner/name.git"


def script(workflow: str, job: str, name: str) -> str:
    """The shell commands of a step."""
    steps = yaml.safe_load((FOLDER / f"{workflow}.yml").read_text())["jobs"][job]["steps"]
    return next(step["run"] for step in steps if step.get("name") == name)


@pytest.fixture
def run(tmp_path):
    """Runs commands in a folder, as a runner does; GitHub is a bare repository beside it."""
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "github"], check=True)
    environment = os.environ | {
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_REPOSITORY": "owner/name",
        "GITHUB_SHA": "0123",
        "TOKEN": "secret",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path / 'github'}.insteadOf",
        "GIT_CONFIG_VALUE_0": REMOTE,
    }

    def call(commands: str, folder: str) -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        options = {"cwd": tmp_path / folder, "env": environment, "text": True, "check": True}
        return subprocess.run(["bash", "-e", "-c", commands], stdout=subprocess.PIPE, **options).stdout

    return call


def publish(run, number: int, **files: str) -> list[str]:
    """What the branch holds after a site with these files is published, and that it has one commit."""
    run("\n".join(f"echo {text} > {name}" for name, text in files.items()) or "true", f"site-{number}")
    run(script("site", "publish", "push the site to gh-pages"), f"site-{number}")
    assert run("git rev-list --count gh-pages", "github") == "1\n"
    return run("git ls-tree --name-only gh-pages", "github").split()


def test_a_domain_that_the_settings_wrote_survives_the_next_site_and_old_pages_do_not(run):
    assert publish(run, 1, a="1") == [".nojekyll", "a"]
    assert publish(run, 2, b="1") == [".nojekyll", "b"]
    run(f"git clone -q {REMOTE} -b gh-pages . && echo x.test > CNAME && git add CNAME", "settings")
    run("git -c user.name=a -c user.email=b commit -q -m domain && git push -q --force-with-lease", "settings")
    assert publish(run, 3, c="1") == [".nojekyll", "CNAME", "c"]
    assert run("git show gh-pages:CNAME", "github") == "x.test\n"


def test_links_are_followed_only_once_a_site_is_published(run, tmp_path):
    look = script("links", "external", "see whether anything is published yet")
    run(look, "runner")
    assert not (tmp_path / "output").exists()
    publish(run, 1, a="1")
    run(look, "runner")
    assert (tmp_path / "output").read_text() == "there=true\n"
    others = yaml.safe_load((FOLDER / "links.yml").read_text())["jobs"]["external"]["steps"][1:]
    assert {step["if"] for step in others} == {"steps.published.outputs.there == 'true'"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(path):
    uses = [line.split("uses:")[1].strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert uses
    assert [one for one in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


def test_uv_comes_from_its_own_action_in_every_job_that_uses_it():
    jobs = [job for path in FOLDER.glob("*.yml") for job in yaml.safe_load(path.read_text())["jobs"].values()]
    for steps in (job["steps"] for job in jobs):
        if any(re.search(r"\buv |\.ci/run", step.get("run", "")) for step in steps):
            assert any(step.get("uses", "").startswith("astral-sh/setup-uv@") for step in steps)
