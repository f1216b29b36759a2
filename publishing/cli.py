"""The `tutorials` command: run, explain, list, merge, compare."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from publishing import accepted, building, environment, review
from publishing.keys import differences
from publishing.lock import locked
from publishing.machines import Shard, Unfit, merge
from publishing.numbers import Tolerance
from publishing.progress import Progress
from publishing.records import Store
from publishing.settings import DEVICES, Settings
from publishing.source import SourceError


@click.group()
@click.option("--source", type=click.Path(path_type=Path), default=Settings.source, show_default=True)
@click.option("--records", type=click.Path(path_type=Path), default=Settings.records, show_default=True)
@click.pass_context
def main(context: click.Context, source: Path, records: Path) -> None:
    """Run the tutorials, and say which need to run and why."""
    context.obj = {"source": source, "records": records}


_DEVICE = click.option("--device", type=click.Choice(DEVICES), default=Settings.device, show_default=True)


class _ShardType(click.ParamType):
    name = "I/N"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        try:
            return Shard.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--force", is_flag=True, help="Run even where a record stands.")
@click.option("--workers", type=click.IntRange(min=0), default=0, help="Kernels at once; 0 is one per processor.")
@click.option("--timeout", type=click.IntRange(min=1), default=Settings.timeout, help="Seconds a cell may take.")
@click.option("--shard", type=_ShardType(), help="Of the tutorials, only part I of N, of about equal times.")
@click.option("--cluster", default="", metavar="ADDRESS", help="Run on the workers of this dask.distributed scheduler.")
@_DEVICE
@click.pass_obj
def run(options: dict, names: tuple[str, ...], force: bool, shard: Shard | None, **more: Any) -> None:
    """Run the named tutorials, or all, where no record stands for them."""
    settings = Settings(**options, **more)
    lock = locked(settings.records)
    try:
        found = _chosen(settings, names, force=force)
        if shard:
            mine = shard.names([job.name for job in found], Store(settings.records).times())
            found = [job for job in found if job.name in mine]
        building.run(found, settings, Progress.on_stderr)
    except building.Failures as failures:
        _stop(failures)
    finally:
        lock.release()
    kept = sum(job.record is not None for job in found)
    click.echo(f"{len(found)} tutorials: {len(found) - kept} run, {kept} had a record.")


@main.command()
@click.argument("name")
@_DEVICE
@click.pass_obj
def explain(options: dict, name: str, device: str) -> None:
    """Say why a tutorial would run, or that it would not."""
    settings = Settings(**options, device=device)
    (job,) = _chosen(settings, (name,))
    latest = Store(settings.records).latest(job.name)
    if job.record:
        click.echo(f"{job.name} would not run: record {job.key.digest} of {job.record.executed_at} stands.")
    elif latest is None:
        click.echo(f"{job.name} would run: it has no record.")
    else:
        reasons = differences(job.key, latest.key) or [f"device: the record is of {latest.run.device['platform']}"]
        click.echo("\n".join([f"{job.name} would run, since its record of {latest.executed_at}:", *reasons]))


@main.command("merge")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER...")
@click.pass_obj
def merge_(options: dict, folders: tuple[Path, ...]) -> None:
    """Take the records of other folders of records into this one; of the same run the newest stays."""
    try:
        taken, skipped = merge(folders, Store(options["records"]))
    except Unfit as error:
        _stop(error)
    for sentence in skipped:
        click.echo(sentence, err=True)
    click.echo(f"{taken} records taken, {len(skipped)} files skipped.")


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs, with the versions of packages.")
@_DEVICE
@click.pass_obj
def list_(options: dict, device: str, as_json: bool) -> None:
    """Show each tutorial with its state, seconds and device."""
    if as_json:
        rows = [_row(job) for job in _chosen(Settings(**options, device=device), ())]
        click.echo(json.dumps({"python": environment.python(), "tutorials": rows}, indent=2))
        return
    table = Table("tutorial", "state", "seconds", "device", "executed at", box=None)
    for job in _chosen(Settings(**options, device=device), ()):
        if record := job.record:
            kind = record.run.device["kind"]
            table.add_row(job.name, "ran", f"{record.seconds:.1f}", kind, record.executed_at)
        else:
            table.add_row(job.name, "to run", "", "", "")
    Console().print(table)


def _reason(context: click.Context, parameter: click.Parameter, reason: str | None) -> str | None:
    if reason is not None and not reason.strip():
        raise click.BadParameter("say why the new output is right.")
    return reason


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--tolerance", type=click.FloatRange(0, 1), default=Tolerance.relative, show_default=True)
@click.option("--devices", nargs=2, type=click.Choice(DEVICES[1:]), help="Two kinds of device, side by side.")
@click.option("--against", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another store.")
@click.option("--moved", is_flag=True, help="Only tutorials whose packages or Python moved.")
@click.option("--accept", metavar="REASON", callback=_reason, help="Write what differs down in accepted.toml.")
@click.pass_obj
def compare(options: dict, names: tuple[str, ...], tolerance: float, accept: str | None, **which: Any) -> None:
    """Compare records: texts, numbers and figures; by default with those of older packages or code.

    Ends with 1 if anything differs that is not in accepted.toml; `varies` cells are left out.
    """
    settings = Settings(**options)
    jobs, path = _chosen(settings, names), settings.source.parent / accepted.FILE
    try:
        entries = [entry for entry in accepted.read(path) if not names or entry.tutorial in names]
        found = review.reviewed(jobs, Store(settings.records), entries, Tolerance(tolerance), **which)
    except (review.ReviewError, SourceError) as error:
        _stop(error)
    click.echo("\n".join(found.lines()))
    if which["devices"]:
        Console().print(found.side_by_side(which["devices"]))
    if accept:
        click.echo(f"{review.accept(path, found, accept)} differences accepted in {path.name}.")
    elif found.unaccepted:
        _stop(f"{len(found.unaccepted)} cells differ; if the new output is right, accept it with --accept REASON.")


def _row(job: building.Job) -> dict[str, Any]:
    """A tutorial's state for programs; the versions are those it ran with or would run with."""
    row: dict[str, Any] = {"tutorial": job.name, "state": "to run", "versions": job.key.versions}
    if record := job.record:
        more = {"seconds": record.seconds, "device": record.run.device, "executed_at": record.executed_at}
        row |= {"state": "ran"} | more
    return row


def _chosen(settings: Settings, names: tuple[str, ...], *, force: bool = False) -> list[building.Job]:
    """The jobs of the named tutorials, of all without names; a wrong name or source ends the command."""
    found = _or_stop(lambda: building.jobs(settings, force=force))
    known = {job.name: job for job in found}
    if unknown := [name for name in names if name not in known]:
        raise click.BadParameter(f"there is no tutorial {unknown[0]}; there are {', '.join(known)}.")
    return [known[name] for name in names] if names else found


def _or_stop(read: Callable[[], list[building.Job]]) -> list[building.Job]:
    try:
        return read()
    except SourceError as error:
        _stop(error)


def _stop(error: Exception | str) -> None:
    click.echo(error, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
