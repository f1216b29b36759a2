"""`tutorials compare`: do the numbers and texts of pages move where packages moved?"""

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import click
from nbformat import NotebookNode

from publishing.assemble.variants import Variant
from publishing.load import load
from publishing.options import read_options
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, SourceError, printable, relative
from publishing.read.prose import expressions
from publishing.run.devices import MachineError
from publishing.run.outputs import TEXTS
from publishing.run.record import Record, Store, differences
from publishing.site.figures import is_figure

ACCEPTED = "accepted.toml"  # tutorials, each with the key of the run whose differences are right
_MOST = 12  # lines of a difference that are shown
_RELATIVE, _ABSOLUTE = 1e-3, 1e-6  # how far apart numbers may lie; nearer ones are noise about zero
# Only what has a point or an exponent: a whole number counts something and must be equal, as words
# must. Neither the digits of a name (layer1.5), a colour (#1e5000) nor a version (0.12.0.1).
_NUMBER = re.compile(
    r"(?<![\w.#])([-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?(?!\.?\d))"
)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--against", type=_FOLDER, help="Another folder of records.")
@click.pass_obj
def compare(config_file: Path, names: tuple[str, ...], against: Path | None) -> None:
    """Compare the texts and numbers of records with those of other packages or another Python.

    Ends with 1 if anything differs that accepted.toml does not name; `varies` cells are left out.
    """
    settings = read_options(config_file).settings
    store = Store(against or settings.records)
    path = settings.source.parent / ACCEPTED
    try:
        accepted = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise SourceError(Diagnostic(path, 1, f"is not TOML: {error}.")) from None
    wanted = []
    for lesson in load(settings, names):
        name, new = lesson.name, lesson.record
        if new is None:
            raise MachineError(f"{name} has no record; run `tutorials run {name}`.")
        old = next((old for old in store.of(name) if _moved(old, new)), None)
        if old is None:
            click.echo(f"{name}: no record in {relative(store.folder)} is of other packages.")
            continue
        click.echo("\n  ".join([f"{name}:", *differences(new.key, old.key)]))
        found = list(compare_records(lesson.solved, old, new))
        click.echo(printable("\n".join(found)) or "  nothing differs.")
        if found and accepted.get(name) == new.key.digest:
            click.echo(f"  accepted in {ACCEPTED}.")
        elif found:
            wanted.append(f"{json.dumps(name)} = {json.dumps(new.key.digest)}")
    if wanted:
        way = f"if these differences are right, write this into {ACCEPTED}:"
        raise click.ClickException("\n".join([way, *wanted]))


def _moved(old: Record, new: Record) -> bool:
    """Whether two records of a tutorial are of the same platform, but not of the same packages."""
    same_platform = old.run.device["platform"] == new.run.device["platform"]
    moved = (old.key.python, old.key.versions) != (new.key.python, new.key.versions)
    return same_platform and moved


def compare_records(variant: Variant, old: Record, new: Record) -> Iterator[str]:
    """What differs between two records of a tutorial beyond the tolerance.

    Left out are code and expressions that changed, cells tagged `varies`, and values behind them.
    """
    before, after = _texts(old), _texts(new)
    for (cell, varies), (name, text) in zip(_places(variant), after.items(), strict=True):
        if varies or nearly_equal(earlier := before.get(name, text), text):
            continue
        what = "the output" if cell.code else "a value in this text"
        place = Diagnostic(cell.path, cell.number, f"{what} differs.")
        diff = [*unified_diff(earlier.splitlines(), text.splitlines(), n=0, lineterm="")][2:]
        changed = [f"{line[0]} {line[1:]}" for line in diff if line[0] in "-+"]
        rest = [f"and {len(changed) - _MOST} more."] * (len(changed) > _MOST)
        yield "\n  ".join([str(place), *changed[:_MOST], *rest])


def _places(variant: Variant) -> list[tuple[Cell, bool]]:
    """The cells of all results in the order of `_texts`, each with whether it may vary."""
    code, prose, varies = [], [], False
    for cell in variant.cells:
        if cell.code:
            varies = "varies" in cell.tags
            code.append((cell, varies))
        else:
            prose += [(cell, varies)] * len(expressions(cell.lines))
    return code + prose


def _texts(record: Record) -> dict[tuple[str, int], str]:
    """What a run gave, by the digest of a cell or expression, and by how often that came before."""
    seen, texts = Counter(), {}
    results = ["\n".join(map(_text, outputs)) for outputs in record.run.outputs]
    digests = record.key.code + record.key.expressions
    for digest, text in zip(digests, results + record.run.values, strict=True):
        texts[digest, seen[digest]] = text
        seen[digest] += 1
    return texts


def _text(output: NotebookNode) -> str:
    """What is compared of an output; of a figure, that it is there."""
    if is_figure(output):
        return "a figure"
    if output.output_type == "stream":
        return f"{output.name}: {output.text}" if output.name == "stderr" else output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    texts = [output.data[kind] for kind in TEXTS if kind in output.data]
    return "\n".join(texts) or json.dumps(output.data, sort_keys=True)


def nearly_equal(old: str, new: str) -> bool:
    """Whether two texts have the same words, and numbers that are near enough.

    White space, by which NumPy pads arrays, does not count.
    """
    texts = (text.replace("\u2212", "-") for text in (old, new))  # Matplotlib's minus
    olds, news = map(_NUMBER.split, texts)  # each second part is a number
    words = [[" ".join(part.split()) for part in parts[::2]] for parts in (olds, news)]
    pairs = zip(map(float, olds[1::2]), map(float, news[1::2]), strict=False)
    near = (math.isclose(*pair, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE) for pair in pairs)
    return words[0] == words[1] and all(near)
