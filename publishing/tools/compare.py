"""The command `tutorials compare`."""

from pathlib import Path
from typing import Any

import click

from publishing.load import load
from publishing.plugin import read_options
from publishing.run.record import Store
from publishing.tools import drift
from publishing.tools.numbers import Tolerance


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--tolerance", type=click.FloatRange(0, 1), default=Tolerance.relative, show_default=True
)
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another store.",
)
@click.option("--moved", is_flag=True, help="Only tutorials whose packages or Python moved.")
@click.option("--accept", metavar="REASON", help="Write what differs down in accepted.toml.")
@click.pass_obj
def compare(
    config_file: Path, names: tuple[str, ...], tolerance: float, accept: str | None, **which: Any
) -> None:
    """Compare records: texts, numbers and figures; by default with those of older packages or code.

    Ends with 1 if anything differs that is not in accepted.toml; `varies` cells are left out.
    """
    if (against := which["against"]) and not any(Store(against).all()):
        raise click.UsageError(
            f"{against} holds no records; name a folder that `tutorials run` filled."
        )
    if accept is not None and not accept.strip():
        raise click.UsageError("--accept: say why the new output is right.")
    settings = read_options(config_file).settings
    lessons, path = load(settings, names), settings.source.parent / drift.FILE
    mine = {lesson.name for lesson in lessons}
    accepted = [entry for entry in drift.read_accepted(path) if not names or entry.tutorial in mine]
    store = Store(settings.records)
    lines, unaccepted, stale = drift.review(lessons, store, accepted, Tolerance(tolerance), **which)
    click.echo("\n".join(lines))
    if accept:
        drift.accept(path, unaccepted, stale, accept)
        click.echo(f"{len(unaccepted)} differences accepted in {path.name}.")
    elif unaccepted:
        raise click.ClickException(
            f"{len(unaccepted)} cells differ; if that is right, accept it with --accept REASON."
        )
