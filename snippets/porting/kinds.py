"""What a file of weights is: unpacked, and named if it is of another kind."""

import bz2
import lzma
import re
import zlib

MOST_BYTES = 2**34  # that a packed file may unpack to
_PACKED = {  # how a packed file begins, and what unpacks it
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ": lzma.LZMADecompressor,
    b"]\x00": lzma.LZMADecompressor,
    **dict.fromkeys((b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"), zlib.decompressobj),
}
_OTHERS = {  # how files begin that are taken for weights, and what one does with them
    b"version https://git-lfs": "is a pointer of Git LFS; fetch the file itself.",
    b"<": "is a web page; was the download refused?",
    b"\x89HDF": "is an HDF5 file; open it with h5py.",
    b'\x04"M\x18': "is packed by LZ4; open it with joblib and lz4, and save it as npz.",
    b"(\xb5/\xfd": "is packed by Zstandard; unpack it with `zstd -d` first.",
    b"GGUF": "is a GGUF file; open it with the package gguf.",
    b"\x08": "is perhaps an ONNX model; open it with the package onnx.",
    b"model_checkpoint_path": "is the list of a TensorFlow checkpoint; open that.",
    b"\0\0": "is perhaps the index of a TensorFlow checkpoint; open it with"
    " tf.train.load_checkpoint and the name without `.index`.",
}
_MSGPACK = "is MessagePack, as Flax writes it: flax.serialization.msgpack_restore."
_MAP_OF_NAMES = re.compile(rb"[\x81-\x8f][\xa0-\xbf\xd9]|[\xde\xdf]")  # in MessagePack


def unpacked(
    data: bytes, *, name: str = "the file", most_bytes: int = MOST_BYTES
) -> bytes:
    """Unpack what gzip, zlib, bz2, lzma or xz packed, in one part or in several.

    Args:
      data: the bytes of a file; those of other kinds are returned as they are.
      name: the file, for messages.
      most_bytes: the size up to which it is unpacked.

    Returns:
      The bytes that were packed.

    Raises:
      ValueError: if there is more than `most_bytes`, or the file is cut or damaged.

    Examples:
      >>> unpacked(bz2.compress(b"one") + bz2.compress(b" two"))
      b'one two'
    """
    for start, unpacker in _PACKED.items():
        if not data.startswith(start):
            continue
        parts, room = [], most_bytes
        while data.startswith(start):  # several packed files are one, in a row
            stream = unpacker()
            try:
                parts.append(stream.decompress(data, room + 1))
            except (OSError, zlib.error, lzma.LZMAError) as problem:
                told = f"{name} is packed, and damaged; is it whole? ({problem})"
                raise ValueError(told) from problem
            room -= len(parts[-1])
            if room < 0:
                told = f"{name} unpacks to more than {most_bytes} bytes (most_bytes)."
                raise ValueError(told)
            if not stream.eof:
                raise ValueError(f"{name} ends too early; is it whole?")
            data = stream.unused_data
        if data.strip(b"\0"):
            told = f"{name} has {len(data)} bytes after what is packed in it."
            raise ValueError(told)
        return b"".join(parts)
    return data


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
    return next((told for start, told in _OTHERS.items() if data.startswith(start)), "")
