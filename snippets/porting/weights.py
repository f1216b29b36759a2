"""Weights that other people saved: read their files, and compare with a network."""

import io
import pathlib
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, NamedTuple

import jax
import numpy as np

from .formats import File, safetensors_arrays, tree_by_name
from .kinds import MOST_BYTES, other_kind, unpacked
from .pickles import load_pickle


def load_weights(
    file: File,
    *,
    allow: Mapping[str, Callable] | None = None,
    flat: bool = False,
    every: bool = False,
) -> Any:
    """Read a file of weights, whichever of these formats it has, and run nothing in it.

    npz with names as "module//name" (AlphaFold) or "params:module:name" (GraphCast);
    safetensors; pickles, also of dill and joblib, by `load_pickle`; npy and npz files
    with a pickled tree in them. Each of them may be packed, by gzip, zlib, bz2 or lzma.

    Args:
      file: a path, or a file open for reading bytes.
      allow: by the full name of a class in a pickle, a function that gets its fields.
      flat: whether names in npz and safetensors stay as they are, whatever their form.
      every: whether a file may hold several pickles, one after the other.

    Returns:
      The tree that was saved, with NumPy arrays of the dtypes in the file; with `flat`
      a dictionary of arrays, with `every` a list of the trees.

    Raises:
      ValueError: if the file is of another kind, is damaged, or wants to run code.

    Examples:
      >>> import pickle
      >>> load_weights(io.BytesIO(pickle.dumps({"linear": {"w": np.ones(2)}})))
      {'linear': {'w': array([1., 1.])}}
    """
    name = pathlib.Path(str(getattr(file, "name", file))).name
    name = "the file" if isinstance(file, io.BytesIO) else name
    if not hasattr(file, "read") and pathlib.Path(file).is_dir():
        told = "is a folder, perhaps of orbax: orbax.checkpoint restores it."
        raise ValueError(f"{name} {told}")
    data = file.read() if hasattr(file, "read") else pathlib.Path(file).read_bytes()
    data = unpacked(data, name=name)
    try:
        if data.startswith(b"PK"):
            return _from_zip(data, allow, name, flat)
        if data.startswith(b"\x93NUMPY"):
            return _from_npy(io.BytesIO(data), allow, name)
        if data[5:9] == b"\0\0\0{":  # after the size of a header
            arrays = safetensors_arrays(data)
            return arrays if flat else tree_by_name(arrays)
    except Exception as problem:  # also of the zip, or of NumPy where a header is odd
        if str(problem).startswith(name):
            raise
        of_names = "not of the form" in str(problem) or "inside an entry" in str(
            problem
        )
        told = f" is damaged; is it whole? ({problem})"
        told = f": {problem}" if of_names else told
        raise ValueError(f"{name}{told}") from problem
    if told := other_kind(data):
        raise ValueError(f"{name} {told}")
    return load_pickle(data, allow=allow, name=name, every=every)


class Comparison(NamedTuple):
    """Where a tree differs from what a network wants; print it to read it.

    Attributes:
      fits: the paths, as "module/name", whose shapes and dtypes agree.
      missing: the paths that are wanted and not given, with what is wanted.
      extra: the paths that are given and not wanted, with what is given.
      shapes: by path, the shape that is given and the one that is wanted.
      dtypes: by path, the dtype that is given and the one that is wanted.
      renames: modules with the same names and shapes inside, where only one pair is
        the most alike: the given name, and the name in the network. A guess, to check.
      unclear: given modules to which several wanted ones are alike, with these.

    Examples:
      >>> given, wanted = {"a": {"w": np.ones(2)}}, {"a": {"w": np.ones(3)}}
      >>> compare(given, wanted).shapes
      {'a/w': ((2,), (3,))}
    """

    fits: list[str]
    missing: dict[str, str]
    extra: dict[str, str]
    shapes: dict[str, tuple]
    dtypes: dict[str, tuple]
    renames: dict[str, str]
    unclear: dict[str, list[str]]

    def __str__(self):
        other = {**self.shapes, **self.dtypes}
        total = len(self.fits) + len(self.missing) + len(other)
        lines = [f"{len(self.fits)} of {total} fit."]
        lines += [f"missing: {path}, {what}" for path, what in self.missing.items()]
        lines += [f"extra: {path}, {what}" for path, what in self.extra.items()]
        for path, (got, want) in self.shapes.items():
            turned = " (transposed?)" if got == want[::-1] else ""
            lines.append(f"{path} is {got}, not {want}{turned}")
        lines += [f"{path} is {a}, not {b}" for path, (a, b) in self.dtypes.items()]
        lines += [f"renamed? {old} -> {new}" for old, new in self.renames.items()]
        for old, new in self.unclear.items():
            lines.append(f"renamed? {old} -> {' or '.join(new)}")
        return "\n".join(lines)


def compare(given: Mapping, wanted: Mapping) -> Comparison:
    """Compare parameters that were loaded with those that a network asks for.

    Args:
      given: a mapping from module name to parameter name to array.
      wanted: such a tree of arrays, or of shapes and dtypes, as `jax.eval_shape` of the
        network's `init` returns it.

    Returns:
      What fits, what is missing, extra, or of another shape or dtype, and which modules
        may have another name. Nothing is renamed or converted.

    Raises:
      ValueError: if a tree is not of this form.

    Examples:
      >>> given, wanted = ({"a": {"w": np.ones(n)}} for n in (2, 3))
      >>> print(compare({**given, "b": {"w": np.ones(1)}}, wanted))
      0 of 1 fit.
      extra: b/w, float64[1]
      a/w is (2,), not (3,)
    """
    has, wants = _leaves(given, "given"), _leaves(wanted, "wanted")
    both = [path for path in wants if path in has]
    pairs = {path: (has[path], wants[path]) for path in both}
    shapes = {
        p: (a.shape, b.shape) for p, (a, b) in pairs.items() if a.shape != b.shape
    }
    dtypes = {
        p: (a.dtype.name, b.dtype.name)
        for p, (a, b) in pairs.items()
        if a.dtype != b.dtype
    }
    renames, unclear = _renames(given, wanted)
    return Comparison(
        [path for path in both if path not in shapes and path not in dtypes],
        {path: _shown(leaf) for path, leaf in wants.items() if path not in has},
        {path: _shown(leaf) for path, leaf in has.items() if path not in wants},
        shapes,
        dtypes,
        renames,
        unclear,
    )


def _from_zip(data: bytes, allow: Mapping | None, name: str, flat: bool) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if not all(entry.endswith(".npy") for entry in names):
            told = "is a zip, but not of NumPy (one of PyTorch?), with"
            raise ValueError(f"{name} {told} {names[:3]}.")
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise ValueError(f"{name} unpacks to more than {MOST_BYTES} bytes.")
        try:
            arrays = dict(np.load(io.BytesIO(data)))
            return arrays if flat else tree_by_name(arrays)
        except ValueError as problem:
            if "Object arrays" not in str(problem):
                raise
        streams = {entry[:-4]: io.BytesIO(archive.read(entry)) for entry in names}
    return {path: _from_npy(stream, allow, name) for path, stream in streams.items()}


def _from_npy(stream: BinaryIO, allow: Mapping | None, name: str) -> Any:
    try:
        return np.lib.format.read_array(stream, allow_pickle=False)
    except ValueError as problem:
        if "Object arrays" not in str(problem):
            raise
        return load_pickle(stream.read(), allow=allow, name=name)  # after the header


def _renames(given: Mapping, wanted: Mapping) -> tuple[dict, dict]:
    """Pair modules of one tree alone that hold the same, by the ends of their names."""
    extra = {old: _inside(its) for old, its in given.items() if old not in wanted}
    missing = {new: _inside(its) for new, its in wanted.items() if new not in given}
    of_old, of_new = _most_alike(extra, missing), _most_alike(missing, extra)
    renames = {
        o: n[0] for o, n in of_old.items() if len(n) == 1 and of_new[n[0]] == [o]
    }
    unclear = {old: new for old, new in of_old.items() if new and old not in renames}
    return renames, unclear


def _most_alike(modules: dict[str, dict], others: dict[str, dict]) -> dict[str, list]:
    best = {}
    for name, inside in modules.items():
        scores = {
            other: _common(name, other) for other in others if others[other] == inside
        }
        most = max(scores.values(), default=0)
        best[name] = [other for other, score in scores.items() if score == most]
    return best


def _common(name: str, other: str) -> int:  # the parts at the end that are the same
    parts = zip(reversed(name.split("/")), reversed(other.split("/")), strict=False)
    same = [a == b for a, b in parts]
    return [*same, False].index(False)


def _inside(module: Mapping) -> dict[str, tuple]:
    return {name: np.shape(leaf) for name, leaf in module.items()}


def _leaves(tree: Mapping, what: str) -> dict[str, jax.ShapeDtypeStruct]:
    for name, module in tree.items() if isinstance(tree, Mapping) else [(what, 0)]:
        arrays = module.values() if isinstance(module, Mapping) else [None]
        if not all(hasattr(leaf, "dtype") for leaf in arrays):
            keys = list(tree)[:6] if isinstance(tree, Mapping) else type(tree).__name__
            told = f"{what} is not module -> name -> array at {name!r}, but has {keys}."
            raise ValueError(f"{told} Pass the part with the parameters.")
    return {f"{m}/{n}": leaf for m, its in tree.items() for n, leaf in its.items()}


def _shown(leaf: Any) -> str:
    return f"{leaf.dtype.name}{list(leaf.shape)}"
