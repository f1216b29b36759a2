"""What a file of weights is: unpacked, and named if it is of another kind."""

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

MOST_BYTES = 2**34  # that a packed file may unpack to
_CHUNK = 2**16
_STARTS = {  # how a packed file begins
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ": "xz",
    b"]\x00": "lzma",
    b"(\xb5/\xfd": "zstandard",
    **dict.fromkeys((b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"), "zlib"),
}
_UNPACKERS = {  # the module and class of each, imported when asked for, and arguments
    "gzip": ("zlib", "decompressobj", 31),
    "zlib": ("zlib", "decompressobj"),
    "bz2": ("bz2", "BZ2Decompressor"),
    "xz": ("lzma", "LZMADecompressor"),
    "lzma": ("lzma", "LZMADecompressor"),
    "zstandard": ("compression.zstd", "ZstdDecompressor"),
}
_OTHERS = {  # how files begin that are taken for weights, and what one does with them
    rb"version https://git-lfs": "is a pointer of Git LFS; fetch the file itself:"
    " git lfs pull.",
    rb"\s*<": "is a web page; was the download refused?",
    rb"\x89HDF": "is an HDF5 file; open it with h5py.",
    rb'\x04"M\x18': "is packed by LZ4; open it with joblib and lz4, and save it as"
    " npz.",
    rb"GGUF": "is a GGUF file; open it with the package gguf.",
    rb"\x08\x01\x12": "is perhaps TensorFlow's saved_model.pb, a program; its weights"
    " are in the folder `variables` beside it.",
    rb"\x08": "is perhaps an ONNX model; open it with the package onnx.",
    rb"model_checkpoint_path": "is the list of a TensorFlow checkpoint; open that.",
    rb"\0\0[\s\S]*\x57\xfb\x80\x8b\x24\x75\x47\xdb\Z": "is the index of a TensorFlow"
    " checkpoint; open it with tf.train.load_checkpoint and the name without `.index`.",
    rb"\0\0": "is perhaps the index of a TensorFlow checkpoint; open it with"
    " tf.train.load_checkpoint and the name without `.index`.",
    rb"MATLAB 5\.0": "is a MATLAB file; open it with scipy.io.loadmat.",
    rb"PAR1": "is a Parquet table, not weights.",
    rb"SQLite format 3": "is an SQLite database, not weights.",
    rb"7z\xbc\xaf|Rar!": "is an archive of 7-Zip or RAR; unpack it first.",
    rb"\x89PNG|\xff\xd8\xff|GIF8|%PDF": "is a picture or a document, not weights.",
    rb"\x7fELF|MZ[\x90\0]": "is a program, not weights.",
}
_MSGPACK = "is MessagePack, as Flax writes it: flax.serialization.msgpack_restore."
_MAP_OF_NAMES = re.compile(rb"[\x81-\x8f][\xa0-\xbf\xd9]|[\xde\xdf]")  # in MessagePack


def packing(data: bytes) -> str:
    """Name what packed a file.

    Args:
      data: the first bytes of the file, or all.

    Returns:
      gzip, zlib, bz2, xz, lzma or zstandard; empty if it is none of them.

    Examples:
      >>> packing(b"BZh9...")
      'bz2'
    """
    return next(
        (by for start, by in _STARTS.items() if bytes(data[:8]).startswith(start)), ""
    )


def unpacked(
    data: bytes, *, name: str = "the file", most_bytes: int = MOST_BYTES
) -> bytes:
    """Unpack what gzip, zlib, bz2, lzma, xz or Zstandard packed, in one or more parts.

    Args:
      data: the bytes of a file; those of other kinds are returned as they are.
      name: the file, for messages.
      most_bytes: the size up to which it is unpacked.

    Returns:
      The bytes that were packed.

    Raises:
      ValueError: if there is more than `most_bytes`, the file is cut or damaged, or
        this Python lacks what unpacks it.

    Examples:
      >>> import bz2
      >>> unpacked(bz2.compress(b"one") + bz2.compress(b" two"))
      b'one two'
    """
    if not (by := packing(data)):
        return data
    parts, room = [], most_bytes
    try:
        unpack = _unpacker(by)
        for part in (_streamed if unpack else _by_zstandard)(data, unpack, most_bytes):
            parts.append(part)
            room -= len(part)
            if room < 0:
                raise ValueError(
                    f"unpacks to more than {most_bytes} bytes (most_bytes)."
                )
    except ValueError as problem:
        raise ValueError(f"{name} {problem}") from None
    except Exception as problem:  # of the library that unpacks
        told = f"{name} is packed, and damaged; is it whole? ({problem})"
        raise ValueError(told) from problem
    return b"".join(parts)


def other_kind(data: bytes) -> str:
    """Say what a file is that is often taken for weights, by its first bytes.

    Args:
      data: the bytes of a file that is neither a zip, an npy file nor safetensors.

    Returns:
      The end of a sentence that says what opens the file; empty if it may be a pickle.

    Examples:
      >>> other_kind(b"GGUF and more")
      'is a GGUF file; open it with the package gguf.'
    """
    if data[257:262] == b"ustar":
        return "is a tar archive; unpack it with `tar -xf` first."
    if _MAP_OF_NAMES.match(data):
        return _MSGPACK
    return next((told for start, told in _OTHERS.items() if re.match(start, data)), "")


def _unpacker(by: str) -> Callable[[], Any] | None:
    """What makes a decompressor; None for Zstandard before Python 3.14."""
    module, name, *arguments = _UNPACKERS[by]
    try:
        make = getattr(importlib.import_module(module), name)
    except ImportError:
        if by == "zstandard":
            return None
        told = f"is packed by {by}, whose module {module} this Python lacks."
        raise ValueError(told) from None
    return lambda: make(*arguments)


def _streamed(data: bytes, unpack: Callable[[], Any], most: int) -> Iterator[bytes]:
    """What a file holds, chunk by chunk; several packed files in a row are one."""
    start = next(start for start in _STARTS if bytes(data[:8]).startswith(start))
    view, place, stream = memoryview(data), 0, unpack()
    streams, most_streams = 1, 10_000 + len(data) // 1000
    while place < len(view):
        chunk = view[place : place + _CHUNK]
        place += len(chunk)
        yield stream.decompress(chunk, most + 1)
        if not stream.eof:
            continue
        place -= len(stream.unused_data)
        if bytes(view[place : place + len(start)]) != start:
            break
        stream, streams = unpack(), streams + 1
        if streams > most_streams:
            raise ValueError(f"is more than {most_streams} packed files in a row.")
    if not stream.eof:
        raise ValueError("ends too early; is it whole?")
    if bytes(view[place:]).strip(b"\0"):
        raise ValueError(f"has {len(view) - place} bytes after what is packed in it.")


def _by_zstandard(data: bytes, _: None, most: int) -> Iterator[bytes]:
    """What a Zstandard file holds, by the package of that name."""
    try:
        zstandard = importlib.import_module("zstandard")
    except ImportError:
        raise ValueError(
            "is packed by Zstandard; install the package zstandard, use Python 3.14, or"
            " unpack a file that is packed as a whole with `zstd -d`."
        ) from None
    unpack = zstandard.ZstdDecompressor(max_window_size=2**27)
    with unpack.stream_reader(bytes(data), read_across_frames=True) as stream:
        while part := stream.read(min(_CHUNK, most + 1)):
            yield part
