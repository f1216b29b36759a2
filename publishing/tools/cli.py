"""The `tutorials` command."""

import errno
import json
from dataclasses import replace
from pathlib import Path
from sysconfig import get_python_version
from typing import Any

import click

from publishing.load import load
from publishing.options import read_options
from publishing.read.diagnostic import SourceError, counted, relative
from publishing.read.percent import read_tutorials
from publishing.run import schedule
from publishing.run.devices import MachineError
from publishing.run.lesson import Lesson
from publishing.run.record import Store, differences
from publishing.settings import DEVICES, Settings
from publishing.tools.check import check
from publishing.tools.compare import compare
from publishing.tools.new import new, write_course
from publishing.tools.take import take
from publishing.tools.write import write_sources


class _Commands(click.Group):
    """Commands that end with 1 and a sentence where an author's file, a run or a machine fails."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SourceError, schedule.Failures, MachineError) as error:
            click.echo(error, err=True)
        except OSError as error:
            if error.errno == errno.EPIPE:  # `tutorials list | head`, which click ends
                raise
            name = error.filename2 or error.filename or "a file"
            why = error.strerror or error
            click.echo(f"{name} cannot be read or written: {why}.", err=True)
        ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mkdocs-tutorials", message="%(package)s %(version)s")
@click.option(
    "-f", "--config-file", type=click.Path(path_type=Path), default="mkdocs.yml", show_default=True
)
@click.pass_context
def main(context: click.Context, config_file: Path) -> None:
    """Write, run and look after the tutorials of a course."""
    if not config_file.is_file() and context.invoked_subcommand != "init":
        way = "call this beside the mkdocs.yml of a course, or name it."
        raise click.UsageError(f"there is no {config_file}; {way}")
    context.obj = config_file


for _command in (new, check, compare, take):
    main.add_command(_command)


_DEVICE = click.option("--device", type=click.Choice(DEVICES), help="What kernels compute on.")


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--force", is_flag=True, help="Run even where there is a record.")
@click.option("--workers", type=click.IntRange(0), help="Kernels at once; 0 is one per processor.")
@click.option("--shard", metavar="I/N", help="Only part I of N, of about equal times.")
@click.option("--cluster", metavar="ADDRESS", help="Run on this Dask scheduler's workers.")
@_DEVICE
@click.pass_obj
def run(
    config_file: Path,
    names: tuple[str, ...],
    force: bool,
    shard: str | None,
    **options: Any,
) -> None:
    """Run the tutorials of these names or paths, or all, where they have no record."""
    settings = _settings(config_file, **options)
    lessons = load(settings, names, force=force)
    if shard:
        times = Store(settings.records).times()
        mine = schedule.shard(shard, [lesson.name for lesson in lessons], times)
        lessons = [lesson for lesson in lessons if lesson.name in mine]
    schedule.run(lessons, settings)
    kept = sum(bool(lesson.record) for lesson in lessons)
    tutorials = counted(len(lessons), "tutorial")
    click.echo(f"{tutorials}: {len(lessons) - kept} run, {kept} had a record.")


@main.command()
@click.argument("name")
@_DEVICE
@click.pass_obj
def explain(config_file: Path, name: str, device: str | None) -> None:
    """Say why a tutorial would run, or that it would not."""
    settings = _settings(config_file, device=device)
    (lesson,) = load(settings, (name,))
    if record := lesson.record:
        have = f"it has record {lesson.key.digest} of {record.executed_at}."
        click.echo(f"{lesson.name} would not run: {have}")
    elif records := Store(settings.records).of(lesson.name):
        latest = records[0]
        other = f"device: the record is of {latest.run.device['platform']}"
        click.echo(f"{lesson.name} would run, since its record of {latest.executed_at}:")
        click.echo("\n".join(differences(lesson.key, latest.key) or [other]))
    else:
        click.echo(f"{lesson.name} would run: it has no record.")


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs, with versions.")
@_DEVICE
@click.pass_obj
def list_(config_file: Path, device: str | None, as_json: bool) -> None:
    """Show each tutorial with its state, seconds and device."""
    settings = _settings(config_file, device=device)
    lessons = load(settings)
    if as_json:
        table = {"python": get_python_version(), "tutorials": list(map(_row, lessons))}
        click.echo(json.dumps(table, indent=2))
    elif not lessons:
        click.echo(f"There is no tutorial in {relative(settings.source)}.")
    for lesson in () if as_json else lessons:
        line = f"{lesson.name:32}  {'ran' if lesson.record else 'to run':6}"
        if record := lesson.record:
            line += f"  {record.seconds:7.1f} s  {record.run.device['kind']}  {record.executed_at}"
        click.echo(line)


def _row(lesson: Lesson) -> dict[str, Any]:
    """A tutorial's state for programs; the versions are those it ran with or would run with."""
    row = {"tutorial": lesson.name, "state": "to run", "versions": lesson.key.versions}
    if record := lesson.record:
        row |= {"state": "ran", "seconds": record.seconds, "device": record.run.device}
        row |= {"executed_at": record.executed_at}
    return row


def _settings(config_file: Path, **options: Any) -> Settings:
    """The settings in `mkdocs.yml`, but for options that are given."""
    given = {name: value for name, value in options.items() if value is not None}
    return replace(read_options(config_file).settings, **given)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.pass_obj
def write(config_file: Path, folder: Path) -> None:
    """Write the site's sources as Markdown into DIR, for Zensical or another generator."""
    written = counted(write_sources(config_file, folder), "tutorial")
    click.echo(f"{written} written; `zensical build -f {folder / 'mkdocs.yml'}` makes a site.")


@main.command()
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def links(config_file: Path, site: Path) -> None:
    """Follow every link of a site that another generator built."""
    if not (site / "index.html").is_file():
        raise click.UsageError(f"{site} is not the folder of a site: it has no index.html.")
    routes = read_options(config_file)
    if diagnostics := routes.dead_links(site, read_tutorials(routes.settings.source)):
        raise SourceError(*diagnostics)
    click.echo(f"No link of {site} leads nowhere.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--title", default="", help="What the course is called, if not as DIR is.")
def init(folder: Path, title: str) -> None:
    """Write a course with a lesson, an exercise, tests and CI into DIR; it builds at once."""
    write_course(folder, title)
    click.echo(f"A course is in {folder}; `uv run mkdocs serve` in it shows it.")
