"""Points of a slice as files, and as a table of their parameters; and back."""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from protomodels.errors import ConfigError, StorageError
from protomodels.slices.points import Point, check_slice, point_of

ARCHIVES: Final = {".tar": "w", ".gz": "w:gz", ".xz": "w:xz"}
"""How tar archives are written, by the end of their name."""
FILE: Final = "file"
"""Column with the name under which a scan knows a point."""


def write_points(points: Iterable[Point], to: Path) -> tuple[int, Path]:
    """Write points into a folder or a tar archive, and their parameters into a table beside it.

    Parameters
    ----------
    to: a folder, or a file ``.tar``, ``.tar.gz`` or ``.tar.xz``.

    Returns
    -------
    how many there are, and the table: a row for each, with the name that a scan of ``to`` gives it.

    Raises
    ------
    ConfigError: where ``to`` is no such name.
    StorageError: where it cannot be written.
    """
    table = to.with_name(f"{to.name}.parameters.csv")
    written = 0
    try:
        with _into(to) as put, table.open("w", newline="", encoding="utf-8") as file:
            writer: csv.DictWriter[str] | None = None
            for point in points:
                name = put(point)
                if writer is None:
                    writer = csv.DictWriter(file, [FILE, *point.parameters], lineterminator="\n")
                    writer.writeheader()
                writer.writerow({FILE: name, **point.parameters})
                written += 1
    except (OSError, tarfile.TarError) as error:
        raise StorageError(f"{to} cannot be written: {error}") from error
    return written, table


def points_of_table(kind: str, table: Path) -> Iterator[Point]:
    """The points with the parameters of each row of a table; those that are no points are left out.

    Parameters
    ----------
    kind: of slice.
    table: CSV with a column for each of its parameters; ``file`` gives names, where there is such a column.

    Raises
    ------
    ConfigError: naming the row and the parameter that is wrong.
    """
    names = tuple(check_slice(kind))
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file)
            missing = [name for name in names if name not in (rows.fieldnames or ())]
            if missing:
                raise ConfigError(
                    "--parameters", f"{table} without {', '.join(missing)}", f"columns {', '.join(names)}"
                )
            for number, row in enumerate(rows):
                try:
                    values = {name: float(row[name]) for name in names}
                except (TypeError, ValueError):
                    raise ConfigError("--parameters", f"{table}, row {number + 1}", "numbers in all columns") from None
                own = Path((row.get(FILE) or "").rpartition("::")[2]).name or f"{kind}-{number:06d}.slha"
                point = point_of(kind, values, own)
                if point is not None:
                    yield point
    except (OSError, UnicodeError, csv.Error) as error:
        raise ConfigError("--parameters", f"{table} ({error})", "a readable table") from error


@contextmanager
def _into(to: Path) -> Iterator[Callable[[Point], str]]:
    """What puts a point there, and says its name."""
    if ".tar" not in to.suffixes[-2:]:
        to.mkdir(parents=True, exist_ok=True)

        def put_file(point: Point) -> str:
            path = to / point.name
            path.write_text(point.slha, encoding="ascii")
            return str(path)

        yield put_file
        return
    if to.suffix not in ARCHIVES:
        raise ConfigError("--to", str(to), "a folder, or a file .tar, .tar.gz or .tar.xz")
    with tarfile.open(to, ARCHIVES[to.suffix]) as archive:  # type: ignore[call-overload]

        def put_member(point: Point) -> str:
            data = point.slha.encode("ascii")
            member = tarfile.TarInfo(point.name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
            return f"{to}::{point.name}"

        yield put_member
