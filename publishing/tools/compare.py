"""`tutorials compare`: do the numbers and texts of pages move where packages moved?"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click
from nbformat import NotebookNode

from publishing.assemble.variants import Variant
from publishing.load import load
from publishing.options import read_options
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, SourceError, counted
from publishing.read.prose import expressions
from publishing.run.devices import MachineError
from publishing.run.lesson import Lesson
from publishing.run.outputs import TEXTS
from publishing.run.record import Record, Store, differences
from publishing.site.figures import is_figure
from publishing.tools.numbers import Tolerance, compare_texts

ACCEPTED = "accepted.toml"  # tutorials, each with the key of the run whose differences are right
_MOST = 12  # lines of a difference that are shown


class Output(NamedTuple):
    """What is compared of an output, or of a value in the prose: of a figure, that it is there."""

    kind: str
    text: str


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
@click.pass_obj
def compare(
    config_file: Path, names: tuple[str, ...], tolerance: float, against: Path | None, moved: bool
) -> None:
    """Compare the texts and numbers of records, by default with those of older packages or code.

    Ends with 1 if anything differs that accepted.toml does not name; `varies` cells are left out.
    """
    if against and not any(Store(against).all()):
        raise click.UsageError(
            f"{against} holds no records; name a folder that `tutorials run` filled."
        )
    settings = read_options(config_file).settings
    accepted = _read_accepted(settings.source.parent / ACCEPTED)
    count, wanted = 0, []
    for lesson in load(settings, names):
        old, new = _pair(lesson, Store(settings.records), against)
        if old is None:
            platform = new.run.device["platform"]
            click.echo(f"{lesson.name}: there is no other record on {platform} to compare with.")
        elif moved and (old.key.python, old.key.versions) == (new.key.python, new.key.versions):
            click.echo(f"{lesson.name}: left out, its packages did not move.")
        else:
            click.echo("\n  ".join([f"{lesson.name}:", *differences(new.key, old.key)]))
            found = list(compare_records(lesson.solved, old, new, Tolerance(tolerance)))
            click.echo("\n".join(found) or "  nothing differs.")
            if found and accepted.get(lesson.name) == new.key.digest:
                click.echo(f"  accepted in {ACCEPTED}.")
            elif found:
                count += len(found)
                wanted.append(f"{json.dumps(lesson.name)} = {json.dumps(new.key.digest)}")
    if wanted:
        say = f"if that is right, write this into {ACCEPTED}:"
        raise click.ClickException("\n".join([f"{counted(count, 'difference')}; {say}", *wanted]))


def _read_accepted(path: Path) -> dict[str, str]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise SourceError(Diagnostic(path, 1, f"is not TOML: {error}.")) from None


def _pair(lesson: Lesson, store: Store, against: Path | None) -> tuple[Record | None, Record]:
    """The older record of a tutorial on the same platform, if there is one, and the newer."""
    if (new := lesson.record) is None:
        advice = f"run `tutorials run {lesson.name}`."
        raise MachineError(f"{lesson.name} has no record of this code and these packages; {advice}")
    older = (Store(against) if against else store).of(lesson.name)
    platform = new.run.device["platform"]
    same_platform = (old for old in older if old.run.device["platform"] == platform)
    return next((old for old in same_platform if against or old.key != new.key), None), new


def compare_records(
    variant: Variant, old: Record, new: Record, tolerance: Tolerance
) -> Iterator[str]:
    """What differs between two records of a tutorial beyond the tolerance.

    Left out are code and expressions that changed, cells tagged `varies`, and values behind them.
    """
    before, after = _results(old), _results(new)
    for (cell, varies), (name, outputs) in zip(_places(variant), after.items(), strict=True):
        if varies or name not in before:
            continue
        if sentences := _compare(before[name], outputs, tolerance):
            what = "the output" if cell.code else "a value in this text"
            place = Diagnostic(cell.path, cell.number, f"{what} differs.")
            changed = _changed_lines(before[name], outputs)
            yield "\n  ".join([str(place), *_shorten(changed), *_shorten(sentences)])


def _places(variant: Variant) -> list[tuple[Cell, bool]]:
    """The cells of all results in the order of `_results`, each with whether it may vary."""
    code, prose, varies = [], [], False
    for cell in variant.cells:
        if cell.code:
            varies = "varies" in cell.tags
            code.append((cell, varies))
        else:
            prose += [(cell, varies)] * len(expressions(cell.lines))
    return code + prose


def _results(record: Record) -> dict[tuple[str, int], list[Output]]:
    """What a run gave, by the digest of a cell or expression, and by how often that came before."""
    run, seen, results = record.run, Counter(), {}
    values = [[Output("value", value)] for value in run.values]
    outputs = [[_output(output) for output in cell] for cell in run.outputs]
    digests = record.key.code + record.key.expressions
    for digest, result in zip(digests, outputs + values, strict=True):
        results[digest, seen[digest]] = result
        seen[digest] += 1
    return results


def _output(output: NotebookNode) -> Output:
    if is_figure(output):
        return Output("figure", "a figure\n")
    if output.output_type == "stream":
        return Output(output.name, output.text)
    if output.output_type == "error":
        return Output("error", f"{output.ename}: {output.evalue}")
    texts = [output.data[kind] for kind in TEXTS if kind in output.data]
    return Output("data", "\n".join(texts) or json.dumps(output.data, sort_keys=True))


def _compare(old: list[Output], new: list[Output], tolerance: Tolerance) -> list[str]:
    """What differs between the outputs of a cell beyond the tolerance, a sentence each."""
    if [output.kind for output in old] != [output.kind for output in new]:
        return ["there are other outputs, or outputs of another kind."]
    pairs = zip(old, new, strict=True)
    return [each for a, b in pairs for each in compare_texts(a.text, b.text, tolerance)]


def _changed_lines(old: list[Output], new: list[Output]) -> list[str]:
    rows = ["\n".join(output.text for output in each).splitlines() for each in (old, new)]
    diff = islice(unified_diff(*rows, n=0, lineterm=""), 2, None)  # without the names of files
    return [f"{line[0]} {line[1:]}" for line in diff if line[0] in "-+"]


def _shorten(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return [*lines[:_MOST], f"and {more} more."] if more > 0 else lines
