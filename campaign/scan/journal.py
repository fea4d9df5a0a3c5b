"""Finished rows of a scan, in a file beside its table: a line of JSON each, after one that says what was asked.

Lines are only added.  The last one may be torn by a kill: it is cut off, and its model done again.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from protomodels.campaign.scan.inputs import Stamp
from protomodels.campaign.scan.judge import Row
from protomodels.errors import ConfigError, StorageError

FORMAT: Final = 1
_SYNC_SECONDS: Final = 5.0
"""Between the times at which rows are forced to disk."""


def part_of(table: Path) -> Path:
    """The file that holds the rows of a table before it is written.

    >>> str(part_of(Path("scan.parquet")))
    'scan.parquet.part'
    """
    return table.with_name(table.name + ".part")


class Journal:
    """The part file of one scan, open and locked.

    Parameters
    ----------
    path: of the file; it is begun where there is none.
    asked: what rows depend on, plain values: results, options, version.
    restart: forget what is there.

    Raises
    ------
    ConfigError: where the file was begun with something else, naming it; where it is none of ours, or in use.
    StorageError: where it cannot be written.
    """

    def __init__(self, path: Path, asked: Mapping[str, Any], restart: bool = False) -> None:
        self.path, self._found = path, dict[str, tuple[int, Stamp]]()
        self._synced = time.monotonic()
        try:
            self._file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        try:
            # of this process alone: workers that outlive a killed scan for a moment hold none
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise ConfigError("--to", str(path), "a table that no other scan is writing now") from None
        try:
            header = {"protomodels scan": FORMAT} | json.loads(json.dumps(asked))
            if restart or not self._read(header):
                self._begin(header)
        except BaseException:
            self._file.close()
            raise

    def is_finished(self, name: str, stamp: Stamp) -> bool:
        """Is there a row of this file, as it is now?"""
        return name in self._found and self._found[name][1] == stamp

    def __len__(self) -> int:
        return len(self._found)

    def add(self, name: str, stamp: Stamp, row: Row) -> None:
        """Keep a row; a kill of this process does not lose it."""
        line = json.dumps([name, stamp, row], separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
        try:
            place = self._file.seek(0, os.SEEK_END)
            self._file.write(line)
            self._file.flush()
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            raise StorageError(f"{self.path} cannot be written: {error.strerror}") from error
        self._found[name] = (place, stamp)

    def rows(self, names: Iterable[str]) -> Iterator[Row]:
        """The rows of these files, in their order, one at a time.

        Raises
        ------
        KeyError: where one has no row.
        """
        for name in names:
            self._file.seek(self._found[name][0])
            row: Row = json.loads(self._file.readline())[2]
            yield row

    def remove(self) -> None:
        """The table is written: rows are kept no longer."""
        self.path.unlink(missing_ok=True)

    def _begin(self, header: Mapping[str, Any]) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(header).encode("ascii") + b"\n")
        self._file.flush()

    def _read(self, header: Mapping[str, Any]) -> bool:
        """Find what is there; False where that is not even a whole first line."""
        first = self._file.readline()
        if not first.endswith(b"\n") and len(first) < 1_000_000:
            return False
        try:
            was = json.loads(first)
        except ValueError:
            was = None
        if not isinstance(was, dict) or "protomodels scan" not in was:
            raise ConfigError("--to", str(self.path), "the part file of a scan; --restart overwrites it")
        _same(was, header, self.path)
        end = self._file.tell()
        while (line := self._file.readline()).endswith(b"\n"):
            if (known := _known(line)) is not None:
                self._found[known[0]] = (end, known[1])
            end += len(line)
        self._file.truncate(end)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _known(line: bytes) -> tuple[str, Stamp] | None:
    """Name and stamp of a line; None where it is damaged, and its model is to be done again."""
    try:
        name, stamp, row = json.loads(line)
    except (ValueError, TypeError):
        return None
    return (name, stamp) if isinstance(name, str) and isinstance(row, dict) else None


def _same(was: Mapping[str, Any], now: Mapping[str, Any], path: Path, inside: str = "") -> None:
    for name in dict.fromkeys([*was, *now]):
        before, asked = was.get(name), now.get(name)
        if isinstance(before, dict) and isinstance(asked, dict):
            _same(before, asked, path, "" if name == "options" else f"{name}.")
        elif before != asked:
            raise ConfigError(inside + name, str(asked), f"{before}, as {path} was begun; or --restart")
