"""`tutorials take`: records and verdicts that another machine made, so that nobody runs them again.

A record goes to pages, and a verdict into tests, as it is: a checksum shows damage, but not who
wrote it. So both come only from where a person says, or from the branch of the checkout's origin.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from publishing.load import load
from publishing.options import read_options
from publishing.run.devices import MachineError
from publishing.run.record import Store
from publishing.teaching.verdicts import read_verdicts, write_verdicts

_BRANCH = "gh-pages"


@click.command()
@click.argument("places", nargs=-1, metavar="[FROM]...")
@click.pass_obj
def take(config_file: Path, places: tuple[str, ...]) -> None:
    """Take records of runs and verdicts on answers, of the same run the newest.

    FROM is a folder of records, the folder of a site, or the git address of a repository with a
    site in its branch gh-pages; by default the `origin` of this checkout.
    """
    settings = read_options(config_file).settings
    store, kept = Store(settings.records), settings.verdicts
    records = verdicts = 0
    if not places:
        why = "this course has no `origin`; say from where: `tutorials take FROM`"
        places = (_git("-C", f"{settings.source.parent}", "remote", "get-url", "origin", why=why),)
    for place in places:
        with _folder(place) as folder:
            site = (folder / "records").is_dir()
            taken, sentences = store.merge(folder / "records" if site else folder)
            for sentence in sentences:
                click.echo(sentence, err=True)
            records += len(taken)
            verdicts += site and take_verdicts(folder / "verdicts", kept)
    lessons = load(settings)
    with_record = sum(bool(lesson.record) for lesson in lessons)
    have = f"{with_record} of {len(lessons)} tutorials here have one"
    click.echo(f"Records taken: {records} ({have}); verdicts taken: {verdicts}.")


def take_verdicts(source: Path, target: Path) -> int:
    """Take the verdicts of a folder that are new or were used later; gives how many."""
    count = 0
    for path in sorted(source.glob("*.json")):
        verdicts, known = read_verdicts(path), read_verdicts(target / path.name)
        new = {
            digest: verdict
            for digest, verdict in verdicts.items()
            if digest not in known or known[digest]["used"] < verdict["used"]
        }
        if new:
            write_verdicts(target / path.name, known | new)
        count += len(new)
    return count


@contextmanager
def _folder(place: str) -> Iterator[Path]:
    """A folder as it is; of a repository, a bare one on this machine too, what it publishes."""
    if Path(place).is_dir() and not Path(place, "HEAD").is_file():
        yield Path(place)
        return
    with TemporaryDirectory() as name:
        git = (f"--git-dir={name}/repository", f"--work-tree={name}", "-c", "core.symlinks=false")
        why = f"{place} is not a folder, and its branch {_BRANCH} cannot be fetched"
        _git("init", "--quiet", "--bare", f"{name}/repository")
        _git(*git, "fetch", "--quiet", "--depth=1", "--", place, _BRANCH, why=why)
        parts = _git(*git, "ls-tree", "--name-only", "FETCH_HEAD", "records", "verdicts").split()
        if "records" not in parts:
            raise MachineError(f"the site in the branch {_BRANCH} of {place} has no records yet.")
        _git(*git, "checkout", "--quiet", "FETCH_HEAD", "--", *parts)
        yield Path(name)


def _git(*arguments: str, why: str = "git failed") -> str:
    """What git prints; a MachineError with its own reason if it fails."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise MachineError(f"{why} ({done.stderr.strip().partition('\n')[0]}).")
    return done.stdout.strip()
