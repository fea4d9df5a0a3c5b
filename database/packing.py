"""Steps in compact form: the columns of a chunk one after the other, compressed; about 30 bytes a step.

Layout: one byte with the version, then zlib of: the number of steps, the length of the list of moves (both unsigned 32
bits, little-endian), the list (JSON), K, Z, mu_hat, mu_max (doubles; NaN where there is none), n_particles (32 bits),
the move's place in the list (16 bits), accepted (8 bits).
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.database.records import ChunkRecord, PackedChunk, StepRecord
from protomodels.errors import StorageError

_VERSION: Final = 1
_LENGTHS: Final = struct.Struct("<II")
_DOUBLES: Final = ("K", "Z", "mu_hat", "mu_max")


def pack_chunk(chunk: ChunkRecord) -> PackedChunk:
    """A chunk in the form that the storage keeps.

    Raises
    ------
    StorageError: where it contradicts itself, or a value has no place in this form.
    """
    _check(chunk)
    return PackedChunk(
        chunk.first_step,
        len(chunk.steps),
        max((hiscore.K for hiscore in chunk.hiscores), default=None),
        pack(chunk.steps),
        chunk.walker_state_json,
        chunk.rng_json,
        chunk.hiscores,
    )


def _check(chunk: ChunkRecord) -> None:
    """Refuse (StorageError) a chunk with gaps, without steps, or with a nan."""
    numbers = [step.step for step in chunk.steps]
    if not numbers or numbers != list(range(chunk.first_step, chunk.first_step + len(numbers))):
        raise StorageError(f"a chunk from step {chunk.first_step} on holds the steps {numbers}: not consecutive")
    for step in chunk.steps:
        if step.Z is None or any(x is not None and math.isnan(x) for x in (step.K, step.Z, step.mu_hat, step.mu_max)):
            raise StorageError(f"step {step.step} holds a value that is not a number: {step}")
    for hiscore in chunk.hiscores:
        if not math.isfinite(hiscore.K) or not all(m is not None and math.isfinite(m) for m in hiscore.masses.values()):
            raise StorageError(f"a hiscore of step {hiscore.step} holds a K or a mass that is not a finite number")


def pack(steps: Sequence[StepRecord]) -> bytes:
    """Consecutive steps without their numbers.

    Raises
    ------
    StorageError: where a value has no place in this form.
    """
    try:
        moves = {move: place for place, move in enumerate(dict.fromkeys(step.move for step in steps))}
        names = json.dumps(list(moves)).encode()
        parts = [_LENGTHS.pack(len(steps), len(names)), names]
        for name in _DOUBLES:
            values = [getattr(step, name) for step in steps]
            parts.append(np.array([math.nan if v is None else v for v in values], "<f8").tobytes())
        parts.append(np.array([step.n_particles for step in steps], "<i4").tobytes())
        parts.append(np.array([moves[step.move] for step in steps], "<u2").tobytes())
        parts.append(np.array([step.accepted for step in steps], "<u1").tobytes())
    except (TypeError, ValueError, OverflowError) as error:
        raise StorageError(f"steps could not be written: {error}") from error
    return bytes([_VERSION]) + zlib.compress(b"".join(parts), 6)


def unpack(packed: bytes, first_step: int) -> list[StepRecord]:
    """The steps that `pack` was given; the first has the number ``first_step``.

    Raises
    ------
    StorageError: where the bytes are not of this form.

    >>> steps = [StepRecord(7, None, 0.0, True, "add+mass", 2, None, None)]
    >>> unpack(pack(steps), 7) == steps
    True
    """
    moves, arrays = unpack_columns(packed, first_step)
    columns = {name: array.tolist() for name, array in arrays.items()}
    try:
        Ks, mu_hats, mu_maxs = ([None if x != x else x for x in columns[name]] for name in ("K", "mu_hat", "mu_max"))
        return [
            StepRecord(
                first_step + i, Ks[i], columns["Z"][i], columns["accepted"][i] == 1, moves[move], count, *strengths
            )
            for i, (move, count, *strengths) in enumerate(
                zip(columns["move"], columns["n"], mu_hats, mu_maxs, strict=True)
            )
        ]
    except IndexError as error:
        raise StorageError(f"stored steps from {first_step} on cannot be read: {error}") from error


def unpack_columns(packed: bytes, first_step: int) -> tuple[list[str], dict[str, NDArray[Any]]]:
    """The names of moves, and the columns K, Z, mu_hat, mu_max (NaN where there is none), n, move and accepted.

    Raises
    ------
    StorageError: where the bytes are not of this form.
    """
    try:
        if packed[0] != _VERSION:
            raise ValueError(f"version {packed[0]}")
        raw = zlib.decompress(packed[1:])
        n, length = _LENGTHS.unpack_from(raw)
        at = _LENGTHS.size + length
        moves = json.loads(raw[_LENGTHS.size : at])
        columns: dict[str, NDArray[Any]] = {}
        for name, kind in (*((name, "<f8") for name in _DOUBLES), ("n", "<i4"), ("move", "<u2"), ("accepted", "<u1")):
            columns[name] = np.frombuffer(raw, kind, n, at)
            at += columns[name].nbytes
        if at != len(raw):
            raise ValueError(f"{len(raw) - at} bytes too many")
    except (IndexError, ValueError, struct.error, zlib.error) as error:
        raise StorageError(f"stored steps from {first_step} on cannot be read: {error}") from error
    return moves, columns
