"""The commands of `tutorials` for authors: new, add, check."""

from pathlib import Path

import click

from publishing.load import named
from publishing.plugin import read_course
from publishing.read.diagnostic import Diagnostic, counted, relative
from publishing.tools.check import diagnostics_of
from publishing.tools.new import add_to_nav, free_name, new_files
from publishing.tools.notebook import converted


@click.command()
@click.argument("name", metavar="PART/NAME")
@click.pass_obj
def new(config_file: Path, name: str) -> None:
    """Write a tutorial to fill in: its sections, an exercise of each kind, their answers, its line in the nav."""
    routes, _ = read_course(config_file)
    free_name(name, routes)
    written = new_files(name, routes)
    if there := next((path for path in written if path.exists()), None):
        raise click.UsageError(f"there is {relative(there)} already.")
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(relative(path))
    line = add_to_nav(config_file, name, routes)
    click.echo(f"{relative(config_file.absolute())}:{line}")
    click.echo(f"Write what says TODO; `tutorials check {name}` then says what is left to do.")


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("name", metavar="PART/NAME")
@click.pass_context
def add(context: click.Context, notebook: Path, name: str) -> None:
    """Make a tutorial of a notebook, name it in the nav, and say what is left to do."""
    config_file: Path = context.obj
    routes, _ = read_course(config_file)
    path, text = free_name(name, routes), converted(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    line = add_to_nav(config_file, name, routes)
    written = f"{relative(path)} and {relative(config_file.absolute())}:{line}"
    click.echo(f"{written} are written. It runs now, to see what is left to do.")
    context.invoke(check, name=name)


@click.command()
@click.argument("name")
@click.pass_obj
def check(config_file: Path, name: str) -> None:
    """Say in one list all that is wrong with a tutorial; it runs if it has no record, and so do its kept answers."""
    routes, convert = read_course(config_file)
    (name,) = named([name], routes.settings.source)
    diagnostics, notes = diagnostics_of(name, routes, convert)
    for note in notes:
        click.echo(f"{note} (A note: nothing is to do.)")
    if diagnostics:
        places: dict[tuple[Path, str], list[int]] = {}
        for diagnostic in diagnostics:
            places.setdefault((diagnostic.path, diagnostic.message), []).append(diagnostic.number)
        for (path, message), (first, *others) in places.items():
            also = f" (Also at line {', '.join(map(str, others))}.)" if others else ""
            click.echo(f"{Diagnostic(path, first, message)}{also}")
        raise click.ClickException(f"{counted(len(diagnostics), 'problem')} in {name}.")
    click.echo(f"{name}: nothing is wrong.")
