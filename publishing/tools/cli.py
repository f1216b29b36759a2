"""The `tutorials` command: new, add, check, run, explain, list, take, compare, write, links, init."""

import errno
import json
import shlex
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from sysconfig import get_python_version
from typing import Any

import click

from publishing.load import load
from publishing.plugin import read_options
from publishing.read.diagnostic import SourceError, counted, relative
from publishing.read.percent import read_tutorials
from publishing.run import schedule
from publishing.run.devices import MachineError
from publishing.run.lesson import Lesson
from publishing.run.notebook import execute
from publishing.run.record import Store, differences, explain_write_error
from publishing.settings import DEVICES, Settings
from publishing.tools.authoring import add, check, new
from publishing.tools.compare import compare
from publishing.tools.going import execute_all
from publishing.tools.new import FolderError, write_course
from publishing.tools.take import take
from publishing.tools.write import write_sources


class _Commands(click.Group):
    """Commands that end with 1 and a sentence where an author's file, a run or a machine is not as it should be."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SourceError, schedule.Failures, MachineError, FolderError) as error:
            click.echo(error, err=True)
            ctx.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # `tutorials list | head`, which click ends
                raise
            click.echo(_file_diagnostic(error), err=True)
            ctx.exit(1)


def _file_diagnostic(error: OSError) -> str:
    """A file that cannot be read or written, in a sentence."""
    if isinstance(error, shutil.Error):  # of a folder that is copied: each file, its copy and why
        _, copy, why = error.args[0][0]
        return f"{relative(Path(copy))}: {why}"
    where = (
        f"{relative(Path(name))} "
        if isinstance(name := error.filename2 or error.filename, str)
        else ""
    )
    return (
        explain_write_error(error)
        or f"{where}cannot be read or written: {error.strerror or error}."
    )


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"mkdocs-tutorials {version('mkdocs-tutorials')}")
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Say which.",
)
@click.option(
    "-f", "--config-file", type=click.Path(path_type=Path), default="mkdocs.yml", show_default=True
)
@click.pass_context
def main(context: click.Context, config_file: Path) -> None:
    """Run the tutorials of a course, and say which need to run and why."""
    if not config_file.is_file() and context.invoked_subcommand != "init":
        raise click.UsageError(
            f"there is no {config_file}; call this beside the mkdocs.yml of a course, or name it."
        )
    context.obj = config_file


_DEVICE = click.option("--device", type=click.Choice(DEVICES), help="What kernels compute on.")


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--force", is_flag=True, help="Run even where there is a record.")
@click.option(
    "--workers", type=click.IntRange(min=0), help="Kernels at once; 0 is one per processor."
)
@click.option(
    "--keep-going", is_flag=True, help="Go on behind a cell that fails, and tell all that do."
)
@click.option("--timeout", type=click.IntRange(min=1), help="Seconds a cell may take.")
@click.option("--shard", metavar="I/N", help="Only part I of N, of about equal times.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Run on the workers of this dask.distributed scheduler."
)
@_DEVICE
@click.pass_obj
def run(
    config_file: Path,
    names: tuple[str, ...],
    force: bool,
    keep_going: bool,
    shard: str | None,
    **more: Any,
) -> None:
    """Run the tutorials of these names or paths, or all, where they have no record."""
    if more["cluster"] and keep_going:
        raise click.UsageError("--keep-going runs here, not on a cluster.")
    settings = _settings(config_file, **more)
    lessons = load(settings, names, force=force)
    if shard:
        mine = schedule.shard(
            shard, [lesson.name for lesson in lessons], Store(settings.records).times()
        )
        lessons = [lesson for lesson in lessons if lesson.name in mine]
    schedule.run(lessons, settings, execute=execute_all if keep_going else execute)
    kept = sum(bool(lesson.record) for lesson in lessons)
    click.echo(
        f"{counted(len(lessons), 'tutorial')}: {len(lessons) - kept} run, {kept} had a record."
    )


@main.command()
@click.argument("name")
@_DEVICE
@click.pass_obj
def explain(config_file: Path, name: str, device: str | None) -> None:
    """Say why a tutorial would run, or that it would not."""
    settings = _settings(config_file, device=device)
    (lesson,) = load(settings, (name,))
    name = lesson.name
    latest = next(iter(Store(settings.records).of(lesson.name)), None)
    if lesson.record:
        click.echo(
            f"{name} would not run: it has record {lesson.key.digest} of {lesson.executed_at}."
        )
    elif latest is None:
        click.echo(f"{name} would run: it has no record.")
    else:
        reasons = differences(lesson.key, latest.key) or [
            f"device: the record is of {latest.run.device['platform']}"
        ]
        click.echo(
            "\n".join([f"{name} would run, since its record of {latest.executed_at}:", *reasons])
        )


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.pass_obj
def write(config_file: Path, folder: Path) -> None:
    """Write the site's sources as Markdown into DIR, with a configuration, for Zensical or another generator."""
    count = write_sources(config_file, folder)
    build, follow = (
        f"zensical build -f {folder / 'mkdocs.yml'}",
        f"tutorials links {folder / 'site'}",
    )
    click.echo(
        f"{counted(count, 'tutorial')} written; `{build}` makes a site of them, `{follow}` follows its links."
    )


@main.command()
@click.argument(
    "site", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="SITE"
)
@click.pass_obj
def links(config_file: Path, site: Path) -> None:
    """Follow every link of a site that another generator built; tell broken ones at their authors' lines."""
    routes = read_options(config_file)
    if diagnostics := routes.dead_links(site, read_tutorials(routes.settings.source)):
        raise SourceError(*diagnostics)
    click.echo(f"No link of {site} leads nowhere.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def init(folder: Path) -> None:
    """Write a new course into DIR, with a lesson, an exercise, tests and CI, that builds at once."""
    write_course(folder)
    click.echo(
        f"A course is in {folder}; `cd {shlex.quote(str(folder))} && uv run mkdocs serve` shows it."
    )


@main.command("list")
@click.option(
    "--json", "as_json", is_flag=True, help="For programs, with the versions of packages."
)
@_DEVICE
@click.pass_obj
def list_(config_file: Path, device: str | None, as_json: bool) -> None:
    """Show each tutorial with its state, seconds and device."""
    lessons = load(_settings(config_file, device=device))
    if as_json:
        click.echo(
            json.dumps(
                {"python": get_python_version(), "tutorials": list(map(_row, lessons))}, indent=2
            )
        )
        return
    for lesson in lessons:
        row = _row(lesson)
        when = (
            f"{row['seconds']:7.1f} s  {row['device']['kind']}  {row['executed_at']}"
            if lesson.record
            else ""
        )
        click.echo(f"{lesson.name:32}  {row['state']:6}  {when}".rstrip())


for _command in (new, add, check, compare, take):
    main.add_command(_command)


def _row(lesson: Lesson) -> dict[str, Any]:
    """A tutorial's state for programs; the versions are those it ran with or would run with."""
    row = {"tutorial": lesson.name, "state": "to run", "versions": lesson.key.versions}
    if its := lesson.record:
        row |= {
            "state": "ran",
            "seconds": its.seconds,
            "device": its.run.device,
            "executed_at": its.executed_at,
        }
    return row


def _settings(config_file: Path, **options: Any) -> Settings:
    """The settings in `mkdocs.yml`, but for options that are given."""
    given = {name: value for name, value in options.items() if value is not None}
    return replace(read_options(config_file).settings, **given)
