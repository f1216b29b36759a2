import bz2
import gzip
import lzma
import pickle
import zlib

import numpy as np
import pytest

from snippets.porting.kinds import other_kind, unpacked

PACKERS = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_was_packed_is_unpacked_up_to_a_size_and_refused_if_it_is_cut(pack):
    data = pack(bytes(5_000))
    assert unpacked(data) == bytes(5_000)
    assert unpacked(data, most_bytes=5_000) == bytes(5_000)
    with pytest.raises(ValueError, match=r"^w.pkl unpacks to more than 4999 bytes \(most_bytes\)"):
        unpacked(data, name="w.pkl", most_bytes=4_999)
    with pytest.raises(ValueError, match=r"^w.pkl ends too early"):
        unpacked(data[:-4], name="w.pkl")


def test_what_is_not_packed_stays_as_it_is():
    for data in (b"", b"text", pickle.dumps(1)):
        assert unpacked(data) == data


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("value", [{}, {"a": np.ones(2)}, [], (), 0, 1.5, "text", b"x", None, True])
def test_no_pickle_is_taken_for_another_kind(value, protocol):
    assert other_kind(pickle.dumps(value, protocol)) == ""


def test_packed_files_in_a_row_are_one_up_to_a_number():
    assert unpacked(gzip.compress(b"ab") * 5_000) == b"ab" * 5_000
    with pytest.raises(ValueError, match=r"^w is more than \d+ packed files in a row"):
        unpacked(gzip.compress(b"") * 30_000, name="w")
