"""The instructions of pickles: a name for each, and what reads its argument."""

import pickletools
import re
from typing import BinaryIO

_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


def _line(file: BinaryIO) -> str:
    """A name or an id, without the escapes that pickletools would look for."""
    line = file.readline()
    if not line.endswith(b"\n"):
        raise ValueError("a line has no end")
    return line.rstrip(b"\r\n").decode("utf-8", "replace")


def _quoted(file: BinaryIO) -> str:
    """The text of a STRING, which Python 2 wrote for bytes as well."""
    quoted = file.readline().strip()[1:-1]
    return _ESCAPE.sub(_unescaped, quoted).decode("latin1")


def _unescaped(match: re.Match) -> bytes:
    code = match[1]
    return bytes([int(code[1:], 16)]) if len(code) > 1 else _ESCAPES.get(code, code)


OPCODES = {
    opcode.code.encode("latin1"): (opcode.name, opcode.arg and opcode.arg.reader)
    for opcode in pickletools.opcodes
} | {
    b"S": ("STRING", _quoted),
    b"P": ("PERSID", _line),
    b"c": ("GLOBAL", lambda file: (_line(file), _line(file))),
    b"i": ("INST", lambda file: (_line(file), _line(file))),
}
