"""Files of a folder, a tar or a zip, one after the other: read where they are, never unpacked onto the disk.

Links, and paths that are absolute or lead upwards, are passed over.
"""

from __future__ import annotations

import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from protomodels.errors import ResultsError

KINDS: Final = "a folder or an archive (.tar.gz, .tar.xz, .tar.bz2, .tar, .zip)"
"""What can be read, for messages."""

_ENDINGS: Final = re.compile(r"\.(?:tar(?:\.(?:gz|xz|bz2))?|tgz|txz|tbz2|zip)\Z", re.IGNORECASE)
_ZIP: Final = b"PK\x03\x04"
"""What a zip begins with.  Python also takes other files for one that merely contain a zip near their end."""
_ENERGY: Final = re.compile(r"\d+(?:\.\d+)?TeV")

Entry = tuple[str, bytes]
"""(path inside the database, content)."""
Wanted = Callable[[PurePosixPath], bool]


def bare_name(path: str | Path) -> str:
    """The name of a folder or an archive, without the ending of the archive.

    >>> [bare_name(f"data/smodels-3.0.0{end}") for end in (".tar.xz", ".tgz", ".zip", "")]
    ['smodels-3.0.0', 'smodels-3.0.0', 'smodels-3.0.0', 'smodels-3.0.0']
    """
    return _ENDINGS.sub("", Path(path).name)


def files_of(source: Path, wanted: Wanted, most: int) -> Iterator[Entry]:
    """(path, content) of the wanted files; the top folder of an archive is its name, not part of the paths.

    Parameters
    ----------
    source: a folder; a tar of any compression, or a zip, whatever they are called.
    wanted: which paths are read.
    most: bytes of a file after which reading stops.

    Raises
    ------
    ResultsError: where the source is damaged, cut off or cannot be read.
    """
    if source.is_dir():
        yield from _from_folder(source, wanted)
        return
    try:
        with source.open("rb") as handle:
            is_zip = handle.read(len(_ZIP)) == _ZIP
        yield from _from_zip(source, wanted, most) if is_zip else _from_tar(source, wanted, most)
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        lzma.LZMAError,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,  # a compression that zipfile does not know
    ) as error:
        why = str(error).partition(":\n")[0]  # without what each of the known compressions says of it
        raise ResultsError("results", f"{source} ({why})", f"complete and undamaged: {KINDS}") from error


def _from_folder(source: Path, wanted: Wanted) -> Iterator[Entry]:
    for file in sorted(source.rglob("*")):
        path = PurePosixPath(file.relative_to(source).as_posix())
        if not wanted(path) or file.is_symlink() or not file.is_file():
            continue
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ResultsError("results", str(file), f"a readable file ({error.strerror})") from error
        yield path.as_posix(), content


def _from_tar(source: Path, wanted: Wanted, most: int) -> Iterator[Entry]:
    with tarfile.open(source, "r:*") as archive:
        for member in archive:
            path = _inside(member.name) if member.isfile() else None
            if path is None or not wanted(path):
                continue
            handle = archive.extractfile(member)
            content = b"" if handle is None else handle.read(most)
            if len(content) != member.size:
                raise EOFError(f"{member.name} ends early")
            yield path.as_posix(), content


def _from_zip(source: Path, wanted: Wanted, most: int) -> Iterator[Entry]:
    with zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            link = stat.S_ISLNK(member.external_attr >> 16)
            path = None if member.is_dir() or link else _inside(member.filename)
            if path is None or not wanted(path):
                continue
            if member.flag_bits & 1:
                raise ResultsError(
                    "results", f"{source} ({member.filename} is encrypted)", "an archive without password"
                )
            with archive.open(member) as handle:
                content = handle.read(most)
            if len(content) != member.file_size:
                raise EOFError(f"{member.filename} ends early")
            yield path.as_posix(), content


def _inside(name: str) -> PurePosixPath | None:
    """A member's path in the database; None where it leads elsewhere.

    >>> str(_inside("smodels-3.0.0/13TeV/CMS/x.txt")), str(_inside("./13TeV/CMS/x.txt")), _inside("../x.txt")
    ('13TeV/CMS/x.txt', '13TeV/CMS/x.txt', None)
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return None
    without_top = len(path.parts) == 1 or _ENERGY.fullmatch(path.parts[0])  # packed from inside the folder
    return path if without_top else PurePosixPath(*path.parts[1:])
