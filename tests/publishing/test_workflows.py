"""What the workflows and their scripts do with a repository, tried on one on this disk."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github/workflows"
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
        "TOKEN": "secret",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path / 'github'}.insteadOf",
        "GIT_CONFIG_VALUE_0": REMOTE,
    }

    def call(commands: str, folder: str) -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        options = {"cwd": tmp_path / folder, "env": environment, "text": True, "check": True}
        return subprocess.run(
            ["bash", "-e", "-c", commands], stdout=subprocess.PIPE, **options
        ).stdout

    return call


def publish(run, number: int, commit: str = "0123", **files: str) -> list[str]:
    """What the branch holds after a site with these files is published, and that it has one commit."""
    checkout = f"checkout-{number}"
    write = "".join(f"echo {text} > {name}\n" for name, text in files.items())
    run(f"mkdir .ci site && cp {ROOT}/.ci/publish .ci && cd site\n{write}", checkout)
    run(f"bash .ci/publish {REMOTE} {commit}", checkout)
    assert run("ls -A site", checkout).split()[0] != ".git", "nothing of it is left in the site"
    assert run("git rev-list --count gh-pages", "github") == "1\n"
    return run("git ls-tree --name-only gh-pages", "github").split()


def test_a_domain_that_the_settings_wrote_survives_the_next_site_and_old_pages_do_not(run):
    assert publish(run, 1, a="1") == [".nojekyll", "a"]
    assert publish(run, 2, b="1") == [".nojekyll", "b"]
    run(f"git clone -q {REMOTE} -b gh-pages . && echo x.test > CNAME && git add CNAME", "settings")
    run(
        "git -c user.name=a -c user.email=b commit -q -m domain && git push -q --force-with-lease",
        "settings",
    )
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


def test_uv_comes_from_its_own_action_in_every_job_that_uses_it():
    jobs = [
        job
        for path in FOLDER.glob("*.yml")
        for job in yaml.safe_load(path.read_text())["jobs"].values()
    ]
    for steps in (job["steps"] for job in jobs):
        if any(re.search(r"\buv |\.ci/(run|records|site)", step.get("run", "")) for step in steps):
            assert any(step.get("uses", "").startswith("astral-sh/setup-uv@") for step in steps)


def test_a_run_that_ends_after_main_has_moved_on_publishes_nothing(run):
    assert publish(run, 1, a="1") == [".nojekyll", "a"]
    commit = "git -c user.name=a -c user.email=b commit -q --allow-empty -m next"
    run(f"git init -q -b main && {commit} && git push -q {REMOTE} main", "clone")
    assert publish(run, 2, b="1") == [".nojekyll", "a"]
    head = run("git rev-parse HEAD", "clone").strip()
    assert publish(run, 3, head, c="1") == [".nojekyll", "c"]


def workflows() -> dict[str, dict]:
    """All workflows by name; YAML reads their key `on` as true."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in FOLDER.glob("*.yml")}


def test_only_the_gpu_workflow_waits_for_a_gpu_and_nothing_waits_for_it():
    runners = {
        (name, job["runs-on"])
        for name, flow in workflows().items()
        for job in flow["jobs"].values()
    }
    others = {(name, runner) for name, runner in runners if runner != "ubuntu-latest"}
    assert others == {("gpu", "${{ vars.GPU_RUNNER }}")}
    assert [name for name, flow in workflows().items() if "workflow_run" in flow[True]] == []


def test_the_gpu_runner_gets_only_main_and_runs_on_the_gpu_with_the_pinned_python():
    gpu = workflows()["gpu"]
    jobs = gpu["jobs"]
    assert jobs["records"]["if"] == "vars.GPU_RUNNER != '' && github.ref == 'refs/heads/main'"
    assert jobs["records"]["permissions"] == {"contents": "read"}
    commands = [step["run"] for step in jobs["records"]["steps"] if "run" in step]
    assert commands == ["uv run --no-dev --extra gpu tutorials run --device gpu"]
    assert not any("UV_PYTHON" in part.get("env", {}) for part in (gpu, *jobs.values()))
    assert jobs["site"]["needs"] == "records"
    assert jobs["site"]["steps"][-1]["run"] == "gh workflow run site.yml --ref main"


def test_what_the_gpu_workflow_keeps_the_site_workflow_finds():
    steps = [
        (name, step)
        for name, flow in workflows().items()
        for job in flow["jobs"].values()
        for step in job["steps"]
    ]
    caches = [(name, step) for name, step in steps if "actions/cache/" in step.get("uses", "")]
    keys = {
        (
            name,
            step["uses"].partition("@")[0].rpartition("/")[2],
            step["with"]["key"].partition("$")[0],
        )
        for name, step in caches
    }
    assert {("gpu", "save", "gpu-records-"), ("site", "restore", "gpu-records-")} <= keys
    assert {step["with"]["path"] for _, step in caches} == {
        ".cache/records"
    }  # a cache is found by its path, too


def test_a_push_does_not_cancel_the_weekly_run():
    site = workflows()["site"]
    assert site["concurrency"]["group"].endswith(
        "${{ github.event_name == 'schedule' && github.run_id || 'latest' }}"
    )
    assert "schedule" in site["jobs"]["records"]["env"]["FORCE"]
