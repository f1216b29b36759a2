"""What is served: the branch gh-pages of a repository. It keeps the last ten sites, a commit each.

python3 .ci/publish.py put REMOTE COMMIT     site/, which was built from COMMIT
python3 .ci/publish.py back REMOTE [COMMIT]  again the site before, or that of COMMIT
python3 .ci/publish.py preview REMOTE N      site/ as the folder preview/N of what is served

`put` leaves a site alone that was built from a later commit of main. Previews stay beside the
sites that follow, those of the five pull requests with the highest numbers.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

BRANCH, SITES, PREVIEWS = "gh-pages", 10, 5
SITE = Path(__file__).resolve().parents[1] / "site"


class Branch:
    """The branch, fetched into a bare repository in a folder that is removed afterwards."""

    def __init__(self, remote: str, folder: str) -> None:
        self.remote, self.folder = remote, folder
        self.git("init", "--quiet", "--bare")
        there = self.git("ls-remote", "--heads", remote, BRANCH)
        if there:
            self.git("fetch", "--quiet", f"--depth={SITES}", remote, f"{BRANCH}:published")
        # A commit each, the newest first.
        self.sites = self.git("rev-list", "published").split() if there else []

    def git(self, *arguments: str, **environment: str) -> str:
        """What a git command prints; a CalledProcessError if it fails."""
        environment = os.environ | {"GIT_DIR": self.folder} | environment
        options = {"env": environment, "check": True, "stdout": subprocess.PIPE, "text": True}
        return subprocess.run(["git", *arguments], **options).stdout.strip()

    def has(self, *arguments: str) -> bool:
        """Whether a git command that asks a question says yes."""
        environment = os.environ | {"GIT_DIR": self.folder}
        done = subprocess.run(["git", *arguments], env=environment, capture_output=True)
        return done.returncode == 0

    def source(self, site: str) -> str:
        """The commit from which a site was built."""
        return self.git("log", "-1", "--format=%s", site).removeprefix("Site of ")

    def published(self, path: str) -> str:
        """The text of a file of the newest site, or nothing if it has none of this name."""
        there = self.sites and self.has("cat-file", "-e", f"published:{path}")
        return self.git("show", f"published:{path}") if there else ""

    def previews(self) -> dict[str, str]:
        """The trees of the previews, by the numbers of their pull requests."""
        if not self.sites or not self.has("cat-file", "-e", "published:preview"):
            return {}
        entries = self.git("ls-tree", "published:preview").splitlines()
        return {entry.split("\t")[1]: entry.split()[2] for entry in entries}

    def tree_of_folder(self, folder: Path) -> str:
        """The tree of what a folder holds."""
        self.git("read-tree", "--empty")
        self.git("-C", str(folder), "add", "--all", "--force", ".", GIT_WORK_TREE=str(folder))
        return self.git("write-tree")

    def push(self, tree: str, source: str, previews: dict[str, str], older: list[str]) -> None:
        """Push a site with previews on top of older sites.

        A domain stays, which the settings of GitHub's Pages write into the branch.
        """
        self.git("read-tree", tree)
        self.git("rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "CNAME", "preview")
        if self.published("CNAME"):
            domain = self.git("rev-parse", "published:CNAME")
            self.git("update-index", "--add", "--cacheinfo", f"100644,{domain},CNAME")
        for number in sorted(previews, key=int)[-PREVIEWS:]:
            place = f"--prefix=preview/{number}/"  # which git reads only where it has a work tree
            command = ("-C", self.folder, "read-tree", place, previews[number])
            self.git(*command, GIT_WORK_TREE=self.folder)
        whole = self.git("write-tree")
        parents = []  # the oldest that stays has none
        for site in reversed(older):
            author, committer = self.git("log", "-1", "--format=%aI%n%cI", site).splitlines()
            dates = {"GIT_AUTHOR_DATE": author, "GIT_COMMITTER_DATE": committer}
            parents = ["-p", self._commit(f"{site}^{{tree}}", self.source(site), parents, dates)]
        new = self._commit(whole, source, parents, {})
        self.git("push", "--quiet", "--force", self.remote, f"{new}:refs/heads/{BRANCH}")

    def _commit(self, tree: str, source: str, parents: list[str], dates: dict[str, str]) -> str:
        who = {"NAME": "site", "EMAIL": "site@users.noreply.github.com"}
        names = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in who.items()
        }
        return self.git("commit-tree", tree, *parents, "-m", f"Site of {source}", **names, **dates)


def put(branch: Branch, commit: str) -> str:
    """Publish the folder `site`."""
    if branch.sites:
        newest = branch.source(branch.sites[0])
        # Runs end in any order: the weekly one may end after that of a later push.
        main = "+refs/heads/main*:refs/later/main*"
        branch.git("fetch", "--quiet", "--filter=tree:0", branch.remote, main)
        if newest != commit and branch.has("merge-base", "--is-ancestor", commit, newest):
            return f"The site of {newest}, which is later, is published already."
    if (SITE / "status.json").exists():
        tell_changes(branch)
    (SITE / ".nojekyll").touch()
    branch.push(branch.tree_of_folder(SITE), commit, branch.previews(), branch.sites[: SITES - 1])
    return f"The site of {commit} is published."


def tell_changes(branch: Branch) -> None:
    """Write into status.json what the site that is published did not have yet."""
    path = SITE / "status.json"
    status = json.loads(path.read_text(encoding="utf-8"))
    before = json.loads(branch.published("status.json") or "{}")
    status["weekly"] = status["weekly"] or before.get("weekly")
    if branch.sites:
        status["since"] = branch.source(branch.sites[0])
        status["changed"] = sorted(
            record.parent.relative_to(SITE).as_posix()
            for record in SITE.rglob("record.json")
            if key(record.read_text(encoding="utf-8"))
            != key(branch.published(record.relative_to(SITE).as_posix()))
        )
    path.write_text(json.dumps(status, indent=2) + "\n", encoding="utf-8")


def key(record: str) -> str | None:
    """The digest of code, packages and Python of a page's run, or None if there is no record."""
    return json.loads(record)["key"] if record else None


def back(branch: Branch, commit: str = "") -> str:
    """Publish an older site again."""
    earlier = {branch.source(site): site for site in reversed(branch.sites[1:])}
    commit = commit or (branch.source(branch.sites[1]) if earlier else "no commit")
    found = [source for source in earlier if source.startswith(commit)]
    if len(found) != 1:
        known = [branch.git("log", "-1", "--format=%s, %ci", site) for site in branch.sites]
        sys.exit("\n".join([f"There is no earlier site of {commit}; the branch has:", *known]))
    tree = branch.git("rev-parse", f"{earlier[found[0]]}^{{tree}}")
    branch.push(tree, found[0], branch.previews(), branch.sites[: SITES - 1])
    return f"The site of {found[0]} is published again."


def preview(branch: Branch, number: str) -> str:
    """Publish the folder `site` beside what is served."""
    if not branch.sites:
        sys.exit("Nothing is published yet, so that a preview would lie beside nothing.")
    previews = branch.previews() | {number: branch.tree_of_folder(SITE)}
    newest, *older = branch.sites
    branch.push(f"{newest}^{{tree}}", branch.source(newest), previews, older)
    return f"The site is published as preview/{number}."


if __name__ == "__main__":
    verbs = {"put": put, "back": back, "preview": preview}
    if len(sys.argv) < 3 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    with TemporaryDirectory() as folder:
        print(verbs[sys.argv[1]](Branch(sys.argv[2], folder), *sys.argv[3:]))
