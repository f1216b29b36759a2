"""Files of weights that would do harm or take years, made by hand or drawn by a seed."""

import bz2
import functools
import gzip
import io
import json
import lzma
import operator
import os
import pickle
import random
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
MEGABYTE = 2**20


class Reduced:
    """An object that pickles as a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def name(full: str) -> bytes:
    module, _, last = full.rpartition(".")
    return f"c{module}\n{last}\n".encode()


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def array_of(data: bytes, shape=b"K\x01\x85", dtype=b"X\x02\0\0\0f4") -> bytes:
    """The opcodes of an array; the bytes, the shape and the dtype are opcodes, too."""
    head = name("numpy.core.multiarray._reconstruct") + name("numpy.ndarray")
    kind = name("numpy.dtype") + dtype + b"\x89\x88\x87R"
    return head + b"K\0\x85C\x01b\x87R(K\x01" + shape + kind + b"\x89" + data + b"tb"


def calls(canary: Path) -> Iterator[tuple[str, bytes]]:
    """A command, by every way that a pickle has to call something."""
    command, run = f"touch {canary}", f"open({str(canary)!r}, 'w')"
    for protocol in PROTOCOLS:
        for function, argument in ((os.system, command), (eval, run), (exec, run)):
            made = pickle.dumps({"w": Reduced(function, argument)}, protocol)
            yield f"{function.__name__} by protocol {protocol}", made
        yield (
            f"Popen by protocol {protocol}",
            pickle.dumps(Reduced(subprocess.Popen, ["touch", str(canary)]), protocol),
        )
    line = text(command)
    system = name("os.system")
    yield "NEWOBJ", b"\x80\x02" + system + line + b"\x85\x81."
    yield "NEWOBJ_EX", b"\x80\x04" + system + line + b"\x85}\x92."
    yield "OBJ", b"\x80\x02(" + system + line + b"o."
    yield "INST", b"\x80\x02(" + line + b"ios\nsystem\n."
    yield "STACK_GLOBAL", b"\x80\x04\x8c\x02os\x8c\x06system\x93" + line + b"\x85R."
    yield "a name with dots", b"\x80\x04\x8c\x05numpy\x8c\x0ef2py.os.system\x93" + line + b"\x85R."
    yield "BUILD of a class", b"\x80\x02" + system + b"}" + text("__call__") + line + b"sb."
    yield (
        "through getattr",
        b"\x80\x02" + name("builtins.getattr") + name("os.path") + text("os") + b"\x86R.",
    )
    yield "copyreg", b"\x80\x02" + name("copyreg._reconstructor") + system + line + b"N\x87R."
    for helper in (functools.partial, operator.methodcaller, map):
        yield helper.__name__, pickle.dumps(Reduced(helper, os.system, [command]), 4)
    for full in ("dill._dill._create_function", "cloudpickle.cloudpickle._make_function"):
        yield full, b"\x80\x02" + name(full) + line + b"\x85R."
    evil = np.array({"w": Reduced(os.system, command)}, dtype=object)
    file = io.BytesIO()
    np.save(file, evil)
    yield "npy of objects", file.getvalue()
    file = io.BytesIO()
    np.savez(file, a=np.ones(2), b=evil)
    yield "npz of objects", file.getvalue()
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({run},)}}".ljust(117) + "\n"
    yield (
        "npy header with code",
        b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode(),
    )
    yield "joblib", b"\x80\x02" + name("joblib.numpy_pickle.NDArrayWrapper") + line + b"\x85R."
    yield "persistent id", b"\x80\x02" + line + b"Q."
    yield "persistent id of text", b"P" + command.encode() + b"\n."
    yield "registry", b"\x80\x02\x82\x01)R."
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("a/data.pkl", pickle.dumps(Reduced(os.system, command)))
    yield "PyTorch", file.getvalue()
    yield "gzip", gzip.compress(pickle.dumps(Reduced(os.system, command)))


def slow_pickles() -> Iterator[tuple[str, bytes]]:
    """Few bytes that ask for much work, or many that ask for more."""
    doubled = b"(K\x01tq\0" + b"".join(b"0h%ch%c\x86q%c" % (i, i, i + 1) for i in range(60))
    for kind, data in {
        "key of SETITEM": b"\x80\x02}" + doubled + b"K\x01s.",
        "key of SETITEMS": b"\x80\x02}(" + doubled + b"K\x01u.",
        "key of DICT": b"\x80\x02(" + doubled + b"K\x01d.",
        "set": b"\x80\x04\x8f(" + doubled + b"\x90.",
        "frozenset": b"\x80\x04(" + doubled + b"\x91.",
        "list": b"\x80\x02]" + doubled + b"a.",
        "argument": b"\x80\x02" + name("collections.OrderedDict") + doubled + b"\x85R.",
        "state": b"\x80\x02" + name("m.C") + b")R" + doubled + b"b.",
        "shape": b"\x80\x02" + array_of(b"C\x04abcd", doubled) + b".",
        "dtype": b"\x80\x02" + array_of(b"C\x04abcd", dtype=doubled) + b".",
        "persistent id": b"\x80\x02" + doubled + b"Q.",
    }.items():
        yield f"a tuple doubled 60 times: {kind}", data
    lists = b"".join(b"]q%c(h%ch%ce" % (i, i - 1, i - 1) for i in range(1, 60))
    yield "a list doubled 60 times", b"\x80\x02]q\0" + lists + b"."
    yield "a list in itself", b"\x80\x02]q\0h\0a."
    yield "a dictionary in itself", b"\x80\x02}q\0K\x01h\0s."
    yield "a record in itself", b"\x80\x02" + name("m.C") + b")Rq\0}" + text("a") + b"h\0sb."
    yield (
        "an array of itself",
        (b"\x80\x02" + array_of(b"]q\1", b")", b"X\x01\0\0\0O") + b"q\2h\1h\2a0."),
    )
    yield "100,000 lists in lists", b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b"."
    yield "100,000 tuples in tuples", b"\x80\x02)" + b"\x85" * 100_000 + b"."
    yield "a million references", b"\x80\x02(" + text("a" * 99) + b"q\0" + b"h\0" * 10**6 + b"l."
    yield "a million numbers", b"\x80\x02(" + b"K\x01" * 10**6 + b"l."
    yield "a million marks", b"\x80\x02" + b"(" * 10**6 + b"."
    yield "a million lists", b"\x80\x02(" + b"]" * 10**6 + b"l."
    yield "a million pops", b"\x80\x02" + b"N0" * 500_000 + b"N."
    encode = name("_codecs.encode") + b"q\0" + text("a" * 4 * MEGABYTE) + b"q\1" + text("latin1")
    again = b"h\0h\1h\2\x86R"
    yield (
        "20,000 encodings of one text",
        (b"\x80\x02(" + encode + b"q\2\x86R" + again * 20_000 + b"l."),
    )
    text_as_data = b"\x80\x02(" + text("a" * 4 * MEGABYTE) + b"q\5"
    sized = b"J" + struct.pack("<i", MEGABYTE) + b"\x85"
    yield "5,000 arrays of one text", text_as_data + array_of(b"h\5", sized) * 5_000 + b"l."
    yield (
        "20,000 names of a text",
        (
            b"\x80\x04(\x8d"
            + struct.pack("<Q", MEGABYTE)
            + b"a" * MEGABYTE
            + b"q\0h\0\x93"
            + b"h\0h\0\x93" * 20_000
            + b"l."
        ),
    )
    number = b"\x8b" + struct.pack("<i", 2**24) + b"\1" * 2**24
    yield "a number of 16 MB as a key", b"\x80\x02}" + number + b"K\x01s."
    yield (
        "a number of 16 MB as a key, often",
        (b"\x80\x02}" + number + b"q\0K\x01s(" + b"h\0N" * 50_000 + b"u."),
    )
    yield "a long number as text", b"L" + b"9" * 10**6 + b"L\n."
    yield "a long line", b"V" + b"a" * 10**7
    yield (
        "a memo of large numbers",
        b"\x80\x02("
        + b"".join(b"Nr" + struct.pack("<I", 2**32 - 1 - i) for i in range(100_000))
        + b"l.",
    )
    for code in (b"B", b"X", b"T"):
        yield f"{code!r} of 4 GB", b"\x80\x02" + code + b"\xff\xff\xff\xff" + b"abc."
    for code in (b"\x8e", b"\x8d", b"\x96"):
        for size in (2**40, 2**63, 2**64 - 1):
            yield f"{code!r} of {size}", b"\x80\x05" + code + struct.pack("<Q", size) + b"abc."
    yield "a frame of 2**63", b"\x80\x04\x95" + struct.pack("<Q", 2**63) + b"N."
    for shape in (
        b"\x8a\x08" + b"\xff" * 7 + b"\x7f\x85",
        b"J\xff\xff\xff\xff\x85",
        b"(" + b"K\0" * 999 + b"t",
    ):
        yield (
            f"an array of the shape {shape[:9]!r}",
            b"\x80\x02" + array_of(b"C\x04abcd", shape) + b".",
        )
    joblib = name("joblib.numpy_pickle.NumpyArrayWrapper") + b")\x81"
    dtype = text("dtype") + name("numpy.dtype") + text("O8") + b"\x85R"
    yield (
        "20,000 wrappers of joblib in each other",
        (b"\x80\x04" + (joblib + b"}(" + dtype + b"ub") * 20_000),
    )
    yield "20,000 pickles", b"N." * 20_000
    yield "300,000 pickles", b"N." * 300_000
    yield (
        "60,000 classes",
        b"\x80\x02(" + b"".join(name(f"m{i}.C") + b")R" for i in range(60_000)) + b"l.",
    )
    yield (
        "60,000 names of NumPy",
        b"\x80\x02(" + b"".join(name(f"numpy.m{i}.C") + b")R" for i in range(60_000)) + b"l.",
    )
    yield "30,000 arrays", b"\x80\x02(" + array_of(b"C\x04abcd") * 30_000 + b"l."


def bombs() -> Iterator[tuple[str, bytes]]:
    """Packed files that unpack to far more, or are many."""
    zeros = bytes(400 * MEGABYTE)
    yield "gzip of 400 MB", gzip.compress(zeros, 1)
    yield "bz2 of 400 MB", bz2.compress(zeros[: 45 * MEGABYTE]) * 9
    yield "xz of 400 MB", lzma.compress(zeros, preset=0)
    yield "zlib of 400 MB", zlib.compress(zeros, 1)
    yield "gzip in gzip, 400 MB", gzip.compress(gzip.compress(zeros, 1))
    packed = gzip.compress(b"")
    yield "200,000 empty gzips", packed * 200_000
    yield "100,000 empty bz2", bz2.compress(b"") * 100_000
    yield "50,000 empty xz", lzma.compress(b"") * 50_000
    layers = pickle.dumps(1)
    for _ in range(50):
        layers = gzip.compress(layers)
    yield "50 gzips in each other", layers
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(8):
            archive.writestr(f"{place}.pkl", zeros[: 100 * MEGABYTE])
    yield "zip of 800 MB", file.getvalue()
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        for place in range(12_000):
            archive.writestr(f"{place}.npy", b"")
    yield "zip of 12,000 files", file.getvalue()
    inner = pickle.dumps(1)
    for _ in range(20):
        with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
            archive.writestr("a", inner)
            archive.writestr("b", inner)
        inner = file.getvalue() if len(inner) < MEGABYTE else inner
    yield "zips in zips", inner
    header = (
        np.lib.format.magic(1, 0)
        + b"\x76\0"
        + (b"{'descr': '<f4', 'fortran_order': False, 'shape': (26214400,), }".ljust(117) + b"\n")
    )
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(20):
            archive.writestr(f"{place}.npy", header + zeros[: 100 * MEGABYTE])
    yield "npz of 2 GB", file.getvalue()


def headers() -> Iterator[tuple[str, bytes]]:
    """Headers that lie, are deep, or are long."""

    def safetensors(header: bytes, rest: bytes = b"") -> bytes:
        return struct.pack("<Q", len(header)) + header + rest

    yield "safetensors, deep", safetensors(b'{"a":' + b"[" * 200_000)
    yield (
        "safetensors, deep and closed",
        safetensors(b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    )
    yield "safetensors, 2**62 bytes", struct.pack("<Q", 2**62) + b"{"
    entry = {"dtype": "U8", "shape": [MEGABYTE], "data_offsets": [0, MEGABYTE]}
    many = json.dumps({str(n): entry for n in range(30_000)}).encode()
    yield "safetensors, 30,000 times one array", safetensors(many, bytes(MEGABYTE))
    for key, value in (
        ("shape", [-1]),
        ("shape", [2**70]),
        ("shape", 3),
        ("shape", [[1]]),
        ("dtype", "X9"),
        ("dtype", None),
        ("dtype", ""),
        ("data_offsets", [5, 1]),
        ("data_offsets", [0, 2**63]),
        ("data_offsets", "ab"),
        ("data_offsets", None),
    ):
        made = {"w": {**entry, key: value}}
        yield f"safetensors, {key} {value}", safetensors(json.dumps(made).encode(), b"abcd")
    yield (
        "safetensors, long names",
        safetensors(json.dumps({"_" * 190 + str(n): entry for n in range(20_000)}).encode(), b""),
    )
    for header in (
        b"{'descr': " + b"(" * 9_000,
        b"{'descr': '<f4', 'shape': " + b"-" * 9_000 + b"1}",
        b"9" * 9_000,
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        b"{'descr': [('a', '<f4')] * 99999999, 'fortran_order': False, 'shape': ()}",
        b"{'descr': '<U999999999', 'fortran_order': False, 'shape': (3,)}",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,) }",
        b"[" * 5_000 + b"]" * 5_000,
        b"{" * 9_000,
        b"not " * 2_400 + b"1",
        b"",
    ):
        size = struct.pack("<H", len(header))
        yield f"npy, {header[:30]!r}", b"\x93NUMPY\1\0" + size + header + b"abcd"
    yield "npy, 4 GB of header", b"\x93NUMPY\2\0\xff\xff\xff\xff{"
    for start in (b"\x91", b"\x81\xa1a"):
        yield f"msgpack, deep {start!r}", start * 100_000
    for start in (b"\xdd", b"\xdf", b"\xc9"):
        yield f"msgpack, {start!r} of 4 GB", start + b"\xff" * 4 + b"\xc0" * 10**6
    ext = b"\xc7\x0c\x01\x93\x91\xcf" + b"\xff" * 8 + b"\xa1?"
    yield "msgpack, an array of 2**64", b"\x81\xa1a" + ext
    block = b"a".ljust(100, b"\0") + b"0000644\0" * 3
    for size in (
        b"77777777777\0",
        b"\x80" + b"\xff" * 11,
        b"-0000000001\0",
        b"\xff" * 12,
        b"0" * 12,
    ):
        head = (block + size).ljust(257, b"\0") + b"ustar\0"
        yield f"tar, {size!r}", head.ljust(512, b"\0") * 3
    yield (
        "tar, 50,000 files",
        ((block + b"0" * 11 + b"\0").ljust(257, b"\0") + b"ustar\0").ljust(512, b"\0") * 50_000,
    )
    yield "HDF5", b"\x89HDF\r\n\x1a\n" + b"\xff" * 1_000
    yield "zip", b"PK\3\4" + b"\xff" * 1_000
    yield "zip with a large directory", b"PK\3\4" + b"PK\5\6" + b"\xff" * 16 + b"\0\0"


def whole() -> list[bytes]:
    """Good files, to be changed."""
    rng = np.random.default_rng(0)
    tree = {"linear": {"w": rng.normal(size=(3, 2)), "b": np.zeros(2, np.float32)}, "step": 7}
    files = [pickle.dumps(tree, protocol) for protocol in PROTOCOLS]
    for save in (np.savez, np.savez_compressed):
        save(file := io.BytesIO(), **{"linear//w": tree["linear"]["w"], "o": np.array(None)})
        files.append(file.getvalue())
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    files.append(struct.pack("<Q", len(header)) + header + bytes(8))
    packed = b"\x93\x91\x02\xa7float32\xc4\x08" + bytes(8)
    files.append(b"\x82\xa1w\xc7" + bytes([len(packed), 1]) + packed + b"\xa4step\x03")
    files.append(gzip.compress(files[4]))
    return files


def drawn(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Good files with changes: bytes, opcodes, sizes, repeats, cuts and nesting."""
    dice = random.Random(seed)
    files, codes = whole(), [op.code.encode("latin1") for op in _opcodes()]
    for number in range(count):
        data = bytearray(dice.choice(files))
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(data))
            kind = dice.choice(["byte", "opcode", "size", "repeat", "cut", "nest"])
            if kind == "byte":
                data[place] = dice.randrange(256)
            elif kind == "opcode":
                data[place:place] = dice.choice(codes) * dice.choice((1, 2, 500))
            elif kind == "size":
                data[place : place + 4] = dice.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))
            elif kind == "repeat":
                data[place:place] = data[place : place + 40] * dice.choice((2, 50, 2_000))
            elif kind == "cut":
                del data[max(place, 2) :]
            else:
                data = bytearray(b"(]}\x85"[place % 4 : place % 4 + 1] * 5_000) + data
        yield f"drawn {number}", bytes(data)


def _opcodes():
    import pickletools

    return pickletools.opcodes


def by_hand(canary: Path) -> dict[str, bytes]:
    """All that were made by hand, by their names."""
    return {**dict(calls(canary)), **dict(slow_pickles()), **dict(bombs()), **dict(headers())}
