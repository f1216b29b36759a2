"""Files of parameters that hold arrays only: NumPy's npz, and safetensors."""

import json
import math
import os
import pathlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import haiku as hk
import jax.numpy as jnp
import numpy as np

File = str | os.PathLike | BinaryIO
DTYPES = {  # by their names in safetensors
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "C64": "complex64",
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
    "BOOL": "bool",
}


def load_npz(file: File) -> hk.Params:
    """Load parameters that `save_npz` saved, with their dtypes.

    Args:
      file: a path, with its ".npz", or a file open for reading bytes.

    Returns:
      A mapping from module name to parameter name to NumPy array.

    Raises:
      ValueError: if a name has no "//", or an array holds Python objects.

    Examples:
      >>> save_npz("params.npz", {"linear": {"w": np.ones(2)}})
      >>> load_npz("params.npz")
      {'linear': {'w': array([1., 1.])}}
    """
    params: dict[str, dict] = {}
    with np.load(file) as flat:
        for path, array in flat.items():
            module, separator, name = path.rpartition("//")
            if not separator:
                raise ValueError(f"{path!r} is not of the form module//parameter.")
            params.setdefault(module, {})[name] = array
    return params


def save_npz(file: File, params: hk.Params) -> None:
    """Save parameters as an npz file, each under "module//parameter".

    Args:
      file: a path, to which NumPy appends ".npz" if it lacks it, or an open file.
      params: a mapping from module name to parameter name to array.

    Raises:
      ValueError: if NumPy's files cannot hold a dtype, as bfloat16.

    Source: the names are those of AlphaFold's published parameters.

    Examples:
      >>> save_npz("params.npz", {"mlp/linear": {"w": np.ones(2)}})
      >>> list(load_npz("params.npz"))
      ['mlp/linear']
    """
    flat = _flat(params)
    for name, array in flat.items():
        if array.dtype.kind not in "biufc" or array.dtype.isbuiltin == 2:
            raise ValueError(f"{name} is {array.dtype}; convert it to float32 first.")
    np.savez(file, **flat)


def load_safetensors(file: File) -> hk.Params:
    """Load a safetensors file with names as "module//name" or "params:module:name".

    Args:
      file: a path, or a file open for reading bytes.

    Returns:
      A mapping from module name to parameter name to NumPy array.

    Raises:
      ValueError: if the file is cut or damaged, has a dtype that NumPy and JAX lack, or
        a name of another form.

    Source: the format is described at https://github.com/huggingface/safetensors.

    Examples:
      >>> from io import BytesIO
      >>> file = BytesIO()
      >>> save_safetensors(file, {"linear": {"w": np.ones(2)}})
      >>> load_safetensors(BytesIO(file.getvalue()))
      {'linear': {'w': array([1., 1.])}}
    """
    data = file.read() if hasattr(file, "read") else pathlib.Path(file).read_bytes()
    return tree_by_name(safetensors_arrays(data))


def safetensors_arrays(data: bytes) -> dict[str, np.ndarray]:
    """Take the arrays out of a safetensors file, whatever their names are.

    Args:
      data: the bytes of the file.

    Returns:
      The arrays by the names that they have there.

    Raises:
      ValueError: if the file is cut or damaged, or has a dtype that NumPy and JAX lack.

    Examples:
      >>> from io import BytesIO
      >>> file = BytesIO()
      >>> save_safetensors(file, {"linear": {"w": np.ones(2)}})
      >>> safetensors_arrays(file.getvalue())
      {'linear//w': array([1., 1.])}
    """
    end = 8 + int.from_bytes(data[:8], "little")
    try:
        entries = json.loads(data[8:end])
        entries.pop("__metadata__", None)
        rest = memoryview(data)[end:]  # a slice of bytes would be a copy for each
        flat = {name: _entry(rest, **entry) for name, entry in entries.items()}
    except (
        AttributeError,
        KeyError,
        RecursionError,
        TypeError,
        ValueError,
    ) as problem:
        raise ValueError(f"This safetensors file is damaged: {problem}") from None
    if sum(array.nbytes for array in flat.values()) != len(data) - end:
        raise ValueError("This safetensors file has not the size that it says.")
    return flat


def save_safetensors(file: File, params: hk.Params) -> None:
    """Save parameters as a safetensors file, each under "module//parameter".

    Args:
      file: a path, or a file open for writing bytes.
      params: a mapping from module name to parameter name to array.

    Raises:
      ValueError: if the format lacks a dtype.

    Examples:
      >>> from io import BytesIO
      >>> save_safetensors(BytesIO(), {"linear": {"w": np.ones(2)}})
    """
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, parts, start = {}, [], 0
    for path, array in sorted(
        _flat(params).items(), key=lambda pair: -pair[1].itemsize
    ):
        if array.dtype.name not in names:
            raise ValueError(f"{path} is {array.dtype}, which safetensors cannot hold.")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        place = [start, start + array.nbytes]
        entry = {"dtype": names[array.dtype.name], "shape": array.shape}
        header[path] = {**entry, "data_offsets": place}
        parts.append(array.tobytes())
        start = place[1]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # so that the arrays are aligned
    data = b"".join([len(text).to_bytes(8, "little"), text, *parts])
    file.write(data) if hasattr(file, "write") else pathlib.Path(file).write_bytes(data)


def tree_by_name(flat: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Put arrays with flat names into a tree.

    Args:
      flat: arrays by names as "module//name", or as "params:module:name", where names
        without a colon stay at the top. NumPy's files name bfloat16 "V2".

    Returns:
      A mapping from module to name to array, or a deeper one.

    Raises:
      ValueError: if a name has neither form, or two of them contradict each other.

    Examples:
      >>> tree_by_name({"mlp/~/linear_0//w": np.ones(2)})
      {'mlp/~/linear_0': {'w': array([1., 1.])}}
    """
    colons = not any("//" in path for path in flat) and any(
        ":" in path for path in flat
    )
    tree: dict[str, Any] = {}
    for path, array in flat.items():
        array = array.view(jnp.bfloat16) if array.dtype == "V2" else array
        *above, name = path.split(":") if colons else path.rsplit("//", 1)
        if not above and not colons:
            told = f"{path!r} is not of the form module//parameter; for arrays by the"
            raise ValueError(f"{told} names in the file: load_weights(..., flat=True).")
        branch = tree
        for key in above:
            branch = branch.setdefault(key, {})
            if not isinstance(branch, dict):
                raise ValueError(f"{path!r} is inside an entry that is an array.")
        branch[name] = array
    return tree


def _flat(params: hk.Params) -> dict[str, np.ndarray]:
    return {
        f"{module}//{name}": np.asarray(value)
        for module, its in params.items()
        for name, value in its.items()
    }


def _entry(
    data: memoryview, dtype: str, shape: list[int], data_offsets: list[int]
) -> Any:
    start, end = data_offsets
    if not 0 <= start <= end <= len(data):
        raise ValueError("it ends too early; is it whole?")
    array = np.frombuffer(data[start:end], np.dtype(DTYPES[dtype]).newbyteorder("<"))
    if min(shape, default=0) < 0 or math.prod(shape) != array.size:
        raise ValueError(f"{array.size} numbers for the shape {shape}.")
    return array.reshape(shape).astype(array.dtype.newbyteorder("="), copy=False)
