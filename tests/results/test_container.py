"""The file of arrays: what was written comes back, and nothing else does."""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.results.compiled import container
from protomodels.results.compiled.container import DamagedFileError, read_arrays, read_meta, write_arrays

ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "float": np.array([[0.1, -np.inf, np.nan], [1e-300, 0.0, -0.0]]),
    "half": np.array([1.5], dtype=np.float16),
    "int": np.array([-1, 2**62]),
    "byte": np.arange(7, dtype=np.int8),
    "bits": np.array([[2**64 - 1]], dtype=np.uint64),
    "flag": np.array([True, False, True]),
    "text": np.array(["T2", "χ̃ → µν", ""]),
    "other_endian": np.arange(3, dtype=">i4"),
    "none": np.zeros(0),
    "no_rows": np.zeros((0, 3), dtype=np.int32),
    "no_columns": np.zeros((4, 0, 2)),
    "no_text": np.array([], dtype="<U5"),
    "cube": np.arange(24.0).reshape(2, 3, 4),
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "strided": np.arange(20)[::3],
}
META = {"name": "Ω", "energies": [8.0, 13.0], "nested": {"a": [1, None, True]}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "results.bin"
    write_arrays(path, ARRAYS, META)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "results.bin"
    write_arrays(path, ARRAYS, META)
    return path.read_bytes()


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], None]:
    """Reads a content that has to be noticed as damaged."""
    path = tmp_path_factory.mktemp("damaged") / "results.bin"

    def run(content: bytes) -> None:
        path.unlink(missing_ok=True)  # a new file: pages of the last one may still be mapped
        path.write_bytes(content)
        with pytest.raises(DamagedFileError) as caught:
            read_arrays(path)
        assert str(path) in str(caught.value)

    return run


def test_arrays_come_back_as_they_were(file: Path) -> None:
    arrays, _ = read_arrays(file)
    assert list(arrays) == list(ARRAYS)
    for name, expected in ARRAYS.items():
        assert arrays[name].dtype == expected.dtype and arrays[name].shape == expected.shape, name
        assert arrays[name].tobytes() == expected.tobytes(), name  # -0.0 and NaN too


def test_an_array_without_axes_comes_back_as_it_was(tmp_path: Path) -> None:
    write_arrays(tmp_path / "scalar.bin", {"scalar": np.array(3.5)}, {})
    got = read_arrays(tmp_path / "scalar.bin")[0]["scalar"]
    assert got.shape == () and got == 3.5


def test_meta_comes_back_and_the_header_alone_says_what_there_is(file: Path) -> None:
    _, meta = read_arrays(file)
    assert {key: meta[key] for key in META} == META
    listed, again = read_meta(file)
    assert again == meta
    assert {name: (np.dtype(d), tuple(s)) for name, (d, s, _, _) in listed.items()} == {
        name: (array.dtype, array.shape) for name, array in ARRAYS.items()
    }


def test_a_file_without_arrays(tmp_path: Path) -> None:
    write_arrays(tmp_path / "bare.bin", {}, META)
    arrays, meta = read_arrays(tmp_path / "bare.bin")
    assert arrays == {} and meta["name"] == "Ω"


def test_arrays_are_mapped_aligned_and_read_only(file: Path) -> None:
    arrays, _ = read_arrays(file)
    for array in arrays.values():
        if array.size:
            assert array.ctypes.data % 64 == 0
            assert not array.flags.writeable and not array.flags.owndata
            with pytest.raises(ValueError, match="read-only"):
                array[...] = array
            with pytest.raises(ValueError, match="cannot set WRITEABLE"):
                array.flags.writeable = True


def test_equal_content_gives_equal_bytes(whole: bytes, file: Path) -> None:
    assert file.read_bytes() == whole


def test_every_changed_byte_is_noticed(whole: bytes, file: Path, damaged: Callable[[bytes], None]) -> None:
    """Magic, version, lengths, header and data (not the gaps between them), in the lowest and the highest bit."""
    listed, meta = read_meta(file)
    places = list(range(len(whole[: meta["start"]].rstrip(b"\0"))))
    for dtype, shape, offset, _ in listed.values():
        begin = meta["start"] + offset
        places += range(begin, begin + np.dtype(dtype).itemsize * math.prod(shape))
    assert len(places) > 1000
    for place in places:
        for flip in (0x01, 0x80):
            damaged(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])


def test_a_file_cut_anywhere_is_noticed(whole: bytes, damaged: Callable[[bytes], None]) -> None:
    """The empty file and the magic alone are among them."""
    for length in range(len(whole)):
        damaged(whole[:length])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(begin=st.integers(0, 600), rubbish=st.one_of(st.binary(min_size=64, max_size=300), st.just(bytes(128))))
def test_a_file_overwritten_with_rubbish_is_noticed(
    begin: int, rubbish: bytes, whole: bytes, damaged: Callable[[bytes], None]
) -> None:
    damaged(whole[:begin] + rubbish + whole[begin + len(rubbish) :])


def test_another_version_and_other_files_are_noticed(whole: bytes, damaged: Callable[[bytes], None]) -> None:
    other = bytearray(whole)
    assert other[5] == container.FORMAT_VERSION
    other[5] += 1
    for content in (bytes(other), b"\x80\x05" + whole, b"PK\x03\x04", b"x" * 5000, bytes(5000)):
        damaged(content)


def test_a_missing_file_and_a_directory_are_noticed(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.bin", tmp_path):
        with pytest.raises(DamagedFileError, match=path.name):
            read_arrays(path)


def test_without_the_check_only_what_cannot_be_read_is_noticed(whole: bytes, file: Path) -> None:
    start = read_meta(file)[1]["start"]
    file.write_bytes(whole[:start] + bytes([whole[start] ^ 1]) + whole[start + 1 :])
    assert read_arrays(file, check=False)[0]["float"][0, 0] != ARRAYS["float"][0, 0]
    file.write_bytes(whole[:-1])
    with pytest.raises(DamagedFileError, match="cut short at"):
        read_arrays(file, check=False)


def test_objects_are_refused(tmp_path: Path) -> None:
    for array in (np.array(["a", None], dtype=object), np.zeros(2, dtype=[("a", float), ("b", object)])):
        with pytest.raises(TypeError, match="array odd holds Python objects"):
            write_arrays(tmp_path / "objects.bin", {"fine": np.zeros(3), "odd": array}, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", ["fsync", "replace", "interrupt"])
@pytest.mark.parametrize("before", [None, b"an older file"])
def test_a_failing_write_leaves_what_was_there(
    failing: str, before: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        assert len(list(tmp_path.glob("*.part"))) == 1, "it is written beside its final place"
        raise KeyboardInterrupt if failing == "interrupt" else OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "results.bin"
    if before is not None:
        target.write_bytes(before)
    if failing == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt if failing == "interrupt" else OSError):
        write_arrays(target, ARRAYS, META)
    assert list(tmp_path.iterdir()) == ([] if before is None else [target])
    assert before is None or target.read_bytes() == before


def test_a_reader_keeps_what_it_mapped_when_the_file_is_made_again(file: Path) -> None:
    arrays, _ = read_arrays(file)
    write_arrays(file, {"float": np.zeros((2, 3))}, META)
    np.testing.assert_array_equal(arrays["float"], ARRAYS["float"])
    np.testing.assert_array_equal(read_arrays(file)[0]["float"], np.zeros((2, 3)))
