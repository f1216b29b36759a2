"""What the workflows and their scripts do with a repository, tried on one on this disk."""

import json
import os
import re
import subprocess
import tomllib
from datetime import UTC, datetime, timedelta
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
    subprocess.run(
        ["git", "-C", tmp_path / "github", "config", "uploadpack.allowFilter", "true"], check=True
    )

    def call(commands: str, folder: str) -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        options = {"cwd": tmp_path / folder, "env": environment, "text": True, "check": True}
        return subprocess.run(
            ["bash", "-e", "-c", commands], stdout=subprocess.PIPE, **options
        ).stdout

    return call


def publish(run, number: int, verb: str = "put", what: str = "0123", **files: str) -> list[str]:
    """What the branch holds after a site with these files is published."""
    checkout = f"checkout-{number}"
    write = "".join(f"echo {text} > {name}\n" for name, text in files.items())
    run(f"mkdir -p .ci site && cp {ROOT}/.ci/publish.py .ci && cd site\n{write}", checkout)
    run(f"python3 .ci/publish.py {verb} {REMOTE} {what}", checkout)
    assert ".git" not in run("ls -A site", checkout).split(), "nothing of it is left in the site"
    return run("git ls-tree -r --name-only gh-pages", "github").split()


def published(run, file: str) -> str:
    """What a file of the site that is served says."""
    return run(f"git show gh-pages:{file}", "github").strip()


def sites(run) -> list[str]:
    """From what the sites of the branch were built, the newest first."""
    lines = run("git log --format=%s gh-pages", "github").splitlines()
    return [line.removeprefix("Site of ") for line in lines]


def test_a_broken_site_is_taken_back_and_the_next_one_follows(run):
    for number, commit in enumerate(("good", "bad")):
        publish(run, number, what=commit, page=commit)
    assert publish(run, 3, "back", "") == [".nojekyll", "page"]
    assert published(run, "page") == "good"
    publish(run, 4, what="mended", page="mended")
    assert published(run, "page") == "mended"
    assert sites(run) == ["mended", "good", "bad", "good"]
    publish(run, 5, "back", "bad")
    assert published(run, "page") == "bad"


def test_the_last_ten_sites_stay_and_older_ones_go(run):
    for number in range(12):
        publish(run, number, what=f"commit-{number}", page=str(number))
    assert sites(run) == [f"commit-{number}" for number in range(11, 1, -1)]
    publish(run, 20, "back", "commit-2")
    assert published(run, "page") == "2"
    with pytest.raises(subprocess.CalledProcessError):
        publish(run, 21, "back", "commit-1")
    assert published(run, "page") == "2"


def test_what_cannot_be_taken_back_is_told_with_what_can(run):
    go_back = f"python3 .ci/publish.py back {REMOTE} {{}} 2>&1 || echo refused"
    publish(run, 1, what="first", page="1")
    assert run(go_back.format(""), "checkout-1").endswith("refused\n")
    publish(run, 2, what="second", page="2")
    said = run(go_back.format("third"), "checkout-1").splitlines()
    assert said[0] == "There is no earlier site of third; the branch has:"
    assert [line.split(",")[0] for line in said[1:3]] == ["Site of second", "Site of first"]
    assert sites(run) == ["second", "first"]


def test_previews_lie_beside_the_site_and_the_sites_that_follow(run):
    with pytest.raises(subprocess.CalledProcessError):
        publish(run, 1, "preview", "7", page="seven")
    publish(run, 2, what="first", page="1")
    for number in (7, 8, 9, 10, 11, 100):
        publish(run, number, "preview", str(number), page=f"preview-{number}")
    publish(run, 3, "preview", "9", page="preview-9-again")
    kept = [f"preview/{number}/page" for number in (10, 100, 11, 8, 9)]
    assert sites(run) == ["first"]
    assert publish(run, 4, what="second", page="2") == [".nojekyll", "page", *kept]
    assert publish(run, 5, "back", "") == [".nojekyll", "page", *kept]
    assert published(run, "page") == "1"
    assert published(run, "preview/9/page") == "preview-9-again"


def test_the_status_says_what_the_site_before_did_not_have(run):
    def put(number: int, weekly: str | None, **keys: str) -> dict:
        checkout = f"checkout-{number}"
        for page, key in keys.items():
            text = f'{{"key": "{key}", "executed_at": "{number}"}}'
            run(f"mkdir -p site/{page} && echo '{text}' > site/{page}/record.json", checkout)
        status = json.dumps({"commit": str(number), "weekly": weekly})
        run(f"echo '{status}' > site/status.json", checkout)
        publish(run, number, what=str(number))
        return json.loads(published(run, "status.json"))

    assert put(1, "monday", a="1", b="1") == {"commit": "1", "weekly": "monday"}
    then = put(2, None, a="1", b="2", c="1")
    assert then == {"commit": "2", "weekly": "monday", "since": "1", "changed": ["b", "c"]}
    assert put(3, "next", a="1", b="2", c="1")["weekly"] == "next"


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


def commit(*paths: str) -> str:
    """The command that commits these files, or nothing if none is named."""
    author = "git -c user.name=a -c user.email=b commit --quiet --allow-empty --message next"
    return f"git add {' '.join(paths)} && {author}" if paths else author


def test_a_site_of_an_older_commit_does_not_replace_that_of_a_later_one(run):
    run(f"git init -q -b main && {commit()} && {commit()} && git push -q {REMOTE} main", "clone")
    older, later = run("git rev-parse HEAD^ HEAD", "clone").split()
    assert publish(run, 1, what=older, a="1") == [".nojekyll", "a"], "though main has moved on"
    assert publish(run, 2, what=later, b="1") == [".nojekyll", "b"]
    assert publish(run, 3, what=older, a="1") == [".nojekyll", "b"]
    assert publish(run, 4, what=later, c="1") == [".nojekyll", "c"], "the weekly run of one commit"
    assert publish(run, 5, "back", older) == [".nojekyll", "a"], "a person wants it so"
    assert publish(run, 6, what=later, b="1") == [".nojekyll", "b"]


@pytest.fixture
def checkout(run, tmp_path):
    """A repository with the scripts, a page and a package file, as its first commit."""
    (tmp_path / "clone/tutorials/jax").mkdir(parents=True)
    (tmp_path / "clone/tutorials/jax/a.py").write_text(
        "# %% [markdown]\n# # Title\n#\n# Some `words`.\n\n# %%\nx = 1  # one\n"
    )
    (tmp_path / "clone/README.md").write_text("Words.\n")
    (tmp_path / "clone/pyproject.toml").write_text(
        '[tool.uv]\nexclude-newer = "2026-01-02T00:00:00Z"\nnext = 1\n'
    )
    (tmp_path / "clone/.gitignore").write_text("ignored\n")
    run(f"git init -q -b main && cp -r {ROOT}/.ci . && {commit('--all')}", "clone")
    run(f"git push -q {REMOTE} main", "clone")
    return tmp_path / "clone"


PAGE = "tutorials/jax/a.py"
CHANGES = {
    "words": [
        f"sed -i 's/Some/More/' {PAGE}",
        f"sed -i 's/# Title/# The title of {{x}}/' {PAGE}",
        f"sed -i 's/^#$/# - A list.\\n#/' {PAGE}",
        "echo More. >> README.md",
        "git rm -q README.md",
    ],
    "more": [
        f"sed -i 's/x = 1/x = 2/' {PAGE}",
        f"sed -i 's/Some/{{{{ x }}}}/' {PAGE}",
        f"sed -i 's/# %%$/# %% tags=[\"short\"]/' {PAGE}",
        f"echo '# %matplotlib inline' >> {PAGE}",
        f"echo '### BEGIN SOLUTION' >> {PAGE}",
        f"git rm -q {PAGE}",
        "echo 'more = 1' >> pyproject.toml",
        "touch new.py && echo More. >> README.md",
    ],
}


@pytest.mark.parametrize(
    ("what", "change"), [(what, change) for what, changes in CHANGES.items() for change in changes]
)
def test_a_change_of_words_is_told_from_others(checkout, run, what, change):
    run(f"{change} && {commit('--all')}", "clone")
    assert run("bash .ci/changed HEAD^1", "clone") == f"{what}\n"


def test_a_tree_with_a_file_that_git_does_not_know_is_refused(checkout, run):
    look = "bash .ci/clean 'These are left:' 2>&1 || echo refused"
    run("touch ignored", "clone")
    assert run(look, "clone") == ""
    run("touch params.npz && echo more >> README.md", "clone")
    assert run(look, "clone") == "These are left:\n M README.md\n?? params.npz\nrefused\n"


@pytest.fixture
def everything(checkout, run, tmp_path):
    """Calls .ci/run with a `uv` that only prints how it is called, and what a command does then."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/chromium").touch(0o755)
    (tmp_path / "bin/uv").touch(0o755)

    def call(arguments: str, then: str = "") -> list[str]:
        uv = f'#!/bin/sh\n[ "$1" = --version ] || echo "$@"\n{then}\n'
        (tmp_path / "bin/uv").write_text(uv)
        path = f"PATH={tmp_path}/bin:$PATH"
        return run(f"{path} bash .ci/run {arguments} 2>&1 || echo fails", "clone").splitlines()

    return call


def test_run_calls_the_tiers_that_it_is_asked_for_and_what_it_prints_last_is_of_pytest(everything):
    first, rest = everything("first"), everything("rest 2/3")
    assert rest == ["run pytest --rest --shard 2/3"]
    assert [line.split()[1] for line in first] == [
        *("ruff", "ruff", "zizmor", "check-jsonschema", "check-jsonschema", "mkdocs", "pytest")
    ]
    assert everything("") == first
    assert everything("all") == [*first, "run pytest --rest"]
    assert everything("first/3")[-1] == "fails"


@pytest.mark.parametrize("step", ["ruff", "mkdocs", "pytest"])
def test_run_ends_at_the_first_step_that_fails(everything, step):
    said = everything("", f'[ "$2" != {step} ]')
    assert said[-1] == "fails"
    assert said[-2].split()[1] == step


def test_run_begins_with_a_clean_tree_and_ends_with_one(everything, checkout):
    said = everything("", '[ "$2" != pytest ] || touch params.npz')
    assert said[-2:] == ["?? params.npz", "fails"]
    assert said[-3].startswith("The build or the tests wrote these files")
    assert everything("") == [
        "These files are not committed; commit, ignore or remove them, then try again:",
        "?? params.npz",
        "fails",
    ]


@pytest.fixture
def gh(run, tmp_path):
    """Runs commands with a `gh` that says what is open; gives the first words of its calls."""
    (tmp_path / "bin").mkdir()
    note = f'#!/bin/sh\necho "$1 $2" >> {tmp_path}/calls\n'
    (tmp_path / "bin/gh").write_text(f'{note}[ "$2" != list ] || cat {tmp_path}/open\n')
    (tmp_path / "bin/gh").chmod(0o755)

    def call(commands: str, folder: str, opened: str) -> list[str]:
        (tmp_path / "open").write_text(opened)
        (tmp_path / "calls").write_text("")
        run(f"PATH={tmp_path}/bin:$PATH\n{commands}", folder)
        return (tmp_path / "calls").read_text().splitlines()

    return call


def test_runs_that_fail_are_told_in_one_issue(gh):
    action = yaml.safe_load((ROOT / ".github/actions/issue/action.yml").read_text())
    (step,) = action["runs"]["steps"]
    assert gh(step["run"], "runner", "") == ["issue list", "issue create"]
    assert gh(step["run"], "runner", "7\n") == ["issue list", "issue comment"]


def test_each_workflow_with_a_schedule_tells_of_all_its_jobs():
    scheduled = {name: flow for name, flow in workflows().items() if "schedule" in flow[True]}
    del scheduled["day"]  # a person looks at its pull request
    assert set(scheduled) == {"elsewhere", "links", "nightly", "site", "versions"}
    for flow in scheduled.values():
        job = flow["jobs"]["issue"]
        assert set(job["needs"]) == set(flow["jobs"]) - {"issue", "change", "preview"}
        assert re.search(r"^\(?failure\(\).* && github.event_name == 'schedule'$", job["if"])


def test_what_nobody_here_can_mend_is_told_in_an_issue_and_leaves_the_run_green():
    flows = workflows()
    links = flows["links"]["jobs"]
    follow = links["external"]["steps"][-1]
    assert follow["with"]["fail"] is False
    assert links["external"]["outputs"]["dead"] == (
        f"${{{{ steps.{follow['id']}.outputs.exit_code == '2' }}}}"
    )
    assert "needs.external.outputs.dead == 'true'" in links["issue"]["if"]
    versions = flows["versions"]["jobs"]
    steps = {step["id"]: step for step in versions["run"]["steps"] if "id" in step}
    assert steps["build"]["continue-on-error"] == "${{ matrix.versions == 'newest' }}"
    assert steps["newest"]["env"]["RESULT"] == "${{ steps.build.outcome }}"
    assert versions["run"]["outputs"] == {"newest": "${{ steps.newest.outputs.result }}"}
    assert "needs.run.outputs.newest == 'failure'" in versions["issue"]["if"]


def test_only_a_branch_of_this_repository_gets_a_preview_and_nothing_cancels_what_publishes():
    flows = workflows()
    site, back = flows["site"]["jobs"], flows["back"]
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    assert own in site["preview"]["if"]
    groups = [site["publish"]["concurrency"], site["preview"]["concurrency"], back["concurrency"]]
    assert groups == [{"group": "publish", "cancel-in-progress": False}] * 3


@pytest.fixture
def move(checkout, gh):
    """Moves the day in the checkout, where a pull request is open or not."""

    def call(opened: str = "") -> list[str]:
        return gh(f"bash .ci/day {REMOTE}", "clone", opened)

    return call


def test_a_release_whose_tag_is_not_its_version_ends_before_it_is_tried(run, tmp_path):
    (tmp_path / "clone/docs").mkdir(parents=True)
    parts = "pyproject.toml .python-version LICENSE publishing .ci"
    run(f"for part in {parts}; do cp -r {ROOT}/$part $part; done", "clone")
    said = run("bash .ci/release v0.0.1 2>&1 || echo refused", "clone")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"The tag is v0.0.1, and pyproject.toml says version {version}: " in said
    assert said.endswith("refused\n")


def a_week_ago() -> str:
    return (datetime.now(UTC) - timedelta(days=7)).date().isoformat()


def test_the_day_moves_by_a_pull_request_and_by_no_other_line(move, run):
    before = run("git show main:pyproject.toml", "github")
    assert move()[:2] == ["pr list", "pr create"]
    assert run("git show main:pyproject.toml", "github") == before
    after = run("git show day:pyproject.toml", "github")
    assert after == before.replace("2026-01-02", a_week_ago())
    assert run("git diff --name-only main day", "github") == "pyproject.toml\n"


def test_an_open_pull_request_keeps_what_a_person_has_mended_there(move, run):
    run(f"git checkout -q -b day && touch mended && {commit('mended')}", "clone")
    run(f"git push -q {REMOTE} day && git checkout -q main", "clone")
    calls = move("12\n")
    assert calls == ["pr list", "workflow run", "workflow run"]
    assert run("git show day:mended", "github") == ""
    assert a_week_ago() in run("git show day:pyproject.toml", "github")


def test_a_day_that_is_newer_stays_and_one_that_cannot_be_found_is_an_error(move, run):
    run(f"sed -i s/2026-01-02/2999-01-01/ pyproject.toml && {commit('--all')}", "clone")
    assert move() == ["pr list"]
    run(f"sed -i s/exclude-newer/other/ pyproject.toml && {commit('--all')}", "clone")
    with pytest.raises(subprocess.CalledProcessError):
        move()
    assert run("git branch --list day", "github") == ""


@pytest.mark.parametrize(
    ("variable", "repository", "address"),
    [
        ("", "Owner/name", "https://owner.github.io/name/"),
        ("", "Owner/Owner.github.io", "https://owner.github.io/"),
        ("https://own.test/", "owner/name", "https://own.test/"),
    ],
)
def test_the_address_of_the_site_is_that_which_github_gives_it(
    run, tmp_path, variable, repository, address
):
    for folder in (FOLDER, ROOT / "publishing/template/.github/workflows"):
        steps = yaml.safe_load((folder / "site.yml").read_text())["jobs"]["site"]["steps"]
        say = next(step for step in steps if step.get("name") == "say where the site will be")
        if variable and "env" not in say:
            continue  # a new course has no such variable
        (tmp_path / "set").write_text("")
        given = f"export GITHUB_ENV=../set GITHUB_REPOSITORY={repository} SITE={variable}\n"
        run(given + say["run"], "runner")
        assert (tmp_path / "set").read_text() == f"SITE_URL={address}\n"


def test_uv_comes_from_its_own_action_in_every_job_that_uses_it():
    jobs = [job for flow in workflows().values() for job in flow["jobs"].values()]
    scripts = "|".join(["elsewhere", "insurance", "records", "release", "run", "site"])
    users = [
        job["steps"]
        for job in jobs
        if any(re.search(rf"\buv |\.ci/({scripts})", step.get("run", "")) for step in job["steps"])
    ]
    assert len(users) >= 8
    start = yaml.safe_load((ROOT / ".github/actions/start/action.yml").read_text())
    for steps in (*users, [{"uses": "$/"}, *start["runs"]["steps"]]):
        used = {step.get("uses", "").partition("@")[0] for step in steps}
        assert used & {"astral-sh/setup-uv", "$/.github/actions/start"}


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


def caches(action: str) -> list[tuple[str, dict]]:
    """Where an action of actions/cache is called, and with which inputs."""
    start = yaml.safe_load((ROOT / ".github/actions/start/action.yml").read_text())
    steps = [("start", step) for step in start["runs"]["steps"]]
    for name, flow in workflows().items():
        steps += [(name, step) for job in flow["jobs"].values() for step in job["steps"]]
    used = f"actions/cache/{action}@"
    return [(name, step["with"]) for name, step in steps if step.get("uses", "").startswith(used)]


def test_what_a_workflow_keeps_others_find_by_its_key_and_its_paths():
    def known(inputs: dict) -> tuple[str, str]:
        return inputs["key"].partition("$")[0], inputs["path"]

    saved = {known(inputs): name for name, inputs in caches("save")}
    found = {known(inputs) for name, inputs in caches("restore") if name == "start"}
    assert set(saved.values()) == {"gpu", "site"}
    assert found == set(saved)


def test_only_main_keeps_what_ran():
    keep = workflows()["site"]["jobs"]["keep"]
    assert keep["if"] == "${{ !cancelled() && github.ref == 'refs/heads/main' }}"
    saving = [job for job in workflows()["site"]["jobs"].values() if "cache/save" in str(job)]
    assert saving == [keep]


def test_on_main_a_push_waits_for_the_run_before_it_and_nothing_cancels_a_publication():
    site = workflows()["site"]
    assert site["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    assert site["concurrency"]["group"].endswith(
        "${{ github.event_name == 'schedule' && 'weekly' || 'latest' }}"
    )
    publish = site["jobs"]["publish"]
    assert publish["concurrency"] == {"group": "publish", "cancel-in-progress": False}
    assert "schedule" in site["jobs"]["records"]["env"]["FORCE"]


def test_a_pull_request_that_changes_words_runs_the_first_tier_and_nothing_else():
    jobs = workflows()["site"]["jobs"]
    on_more = {
        name for name, job in jobs.items() if "needs.change.outputs.what == 'more'" in str(job)
    }
    assert on_more == {"records", "site", "rest"}
    assert [step["run"] for step in jobs["test"]["steps"] if "run" in step] == [
        "bash .ci/run first"
    ]


def test_a_package_is_published_only_where_a_variable_says_so():
    jobs = workflows()["release"]["jobs"]
    (index,) = [job for job in jobs.values() if "id-token" in job["permissions"]]
    assert index["if"] == "vars.PUBLISH_PACKAGE == 'true'"
    assert index["needs"] == ["build", "release"]
