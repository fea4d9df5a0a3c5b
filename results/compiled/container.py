"""One file of named arrays: versioned, checksummed, mapped into memory instead of read.

Layout: 8 bytes magic with the format version, the header's length and CRC-32 (little-endian), the header (JSON:
``meta`` and, for each array, dtype, shape, offset and CRC-32), then the arrays, each at a multiple of 64 bytes.
Many processes on one machine share the same pages.
"""

from __future__ import annotations

import json
import math
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ResultsError

FORMAT_VERSION: Final = 4
"""Changes when the arrays change their meaning; files of another version are made again."""

_MAGIC: Final = b"PROTO" + bytes([FORMAT_VERSION]) + b"\r\n"
_LENGTHS: Final = struct.Struct("<QI")
_ALIGNMENT: Final = 64
_PIECE: Final = 1 << 24

Arrays = dict[str, NDArray[Any]]


class DamagedFileError(ResultsError):
    """A compiled file that is not what was written: it has to be made again."""


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write a file beside its final place and move it there whole.

    Parameters
    ----------
    arrays: of fixed-size dtypes; objects are refused.
    meta: what JSON can hold.

    Raises
    ------
    OSError: where it cannot be written; nothing is left behind.
    """
    header: dict[str, Any] = {"meta": dict(meta), "arrays": {}}
    offset = 0
    contiguous = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in contiguous.items():
        if array.dtype.hasobject:
            raise TypeError(f"array {name} holds Python objects")
        offset = -(-offset // _ALIGNMENT) * _ALIGNMENT
        header["arrays"][name] = [array.dtype.str, list(array.shape), offset, _checksum(array)]
        offset += array.nbytes
    text = json.dumps(header).encode()
    partial = path.with_suffix(f".{os.getpid()}.part")
    try:
        with partial.open("wb") as handle:
            handle.write(_MAGIC + _LENGTHS.pack(len(text), zlib.crc32(text)) + text)
            start = _start(len(text))
            for name, array in contiguous.items():
                handle.seek(start + header["arrays"][name][2])
                if array.nbytes:
                    handle.write(_bytes(array))
            handle.truncate(start + offset)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def read_meta(path: Path) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """The header alone: (dtype, shape, offset, checksum) of each array, and ``meta``.

    Raises
    ------
    DamagedFileError: where the header is cut short, changed, or of another version.
    """
    fixed = len(_MAGIC) + _LENGTHS.size
    try:
        with path.open("rb") as handle:
            size = os.fstat(handle.fileno()).st_size
            first = handle.read(fixed)
            if not first.startswith(_MAGIC):
                allowed = f"format version {FORMAT_VERSION}"
                raise DamagedFileError("cache", f"{path} (another format or version)", allowed)
            length, expected = _LENGTHS.unpack(first[len(_MAGIC) :]) if len(first) == fixed else (0, 0)
            text = handle.read(length) if 0 < length <= size - fixed else b""
    except OSError as error:
        raise DamagedFileError("cache", f"{path} ({error})", "a compiled file") from error
    if not text or zlib.crc32(text) != expected:
        raise DamagedFileError("cache", f"{path} (its header was changed)", "the file as it was written")
    header = json.loads(text)
    return header["arrays"], {**header["meta"], "start": _start(length)}


def read_arrays(path: Path, check: bool = True) -> tuple[Arrays, dict[str, Any]]:
    """Map a file: its arrays, read-only, and its ``meta``.

    Parameters
    ----------
    check: compare every array with its checksum (reads the whole file once).

    Raises
    ------
    DamagedFileError: where it is cut short, changed, or of another version.
    """
    listed, meta = read_meta(path)
    data = np.memmap(path, dtype=np.uint8, mode="r")
    start = meta["start"]
    arrays: Arrays = {}
    for name, (dtype, shape, offset, checksum) in listed.items():
        kind = np.dtype(dtype)
        size = kind.itemsize * math.prod(shape)
        raw = data[start + offset : start + offset + size]
        if len(raw) != size:
            raise DamagedFileError("cache", f"{path} (cut short at {name})", "the file as it was written")
        if check and _checksum(raw) != checksum:
            raise DamagedFileError("cache", f"{path} ({name} was changed)", "the file as it was written")
        # a plain array over the mapped pages: numba and numpy handle it without memmap's bookkeeping
        arrays[name] = np.frombuffer(raw, dtype=kind).reshape(shape) if size else np.zeros(shape, kind)
    return arrays, meta


def _start(header_length: int) -> int:
    return -(-(len(_MAGIC) + _LENGTHS.size + header_length) // _ALIGNMENT) * _ALIGNMENT


def _checksum(array: NDArray[Any]) -> int:
    raw = _bytes(array)
    value = 0
    for begin in range(0, len(raw), _PIECE):
        value = zlib.crc32(raw[begin : begin + _PIECE], value)
    return value


def _bytes(array: NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8).data)
