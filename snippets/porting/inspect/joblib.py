"""The arrays of joblib, whose bytes lie between the instructions of the pickle."""

from collections.abc import Callable
from typing import Any, BinaryIO

from .budget import StoppedError
from .records import Name, Record, array_of
from .values import dtype_of, fields_of

JOBLIB = Name("joblib.numpy_pickle.NumpyArrayWrapper")


def read_joblib(wrapper: Record, file: BinaryIO, nested: Callable[[], Any]) -> None:
    """Read what follows a wrapper, and leave it there as its only argument.

    An array of Python objects follows as a pickle of its own, for which `nested` is
    called. Raises a StoppedError if the bytes of the array are cut.
    """
    fields = fields_of(wrapper)
    dtype = dtype_of(fields.get("dtype"))
    if dtype is None:
        raise StoppedError("has an array of joblib without a dtype.")
    if dtype.name == "object":
        wrapper.arguments = (nested(),)
        return
    if fields.get("numpy_array_alignment_bytes"):
        file.read((file.read(1) or b"\0")[0])
    array = array_of(fields.get("shape"), dtype, None, fields.get("order") == "F")
    data = file.read(array.nbytes)
    if len(data) < array.nbytes:
        raise StoppedError("ends too early; is it whole?")
    wrapper.arguments = (array._replace(data=data),)
