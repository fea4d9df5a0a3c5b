"""Which files are scanned: those named, those of folders, lists and archives, in an order that stays the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final, NamedTuple

from protomodels.campaign.scan.archives import contents, is_archive, members
from protomodels.errors import ConfigError, ModelError

ENDINGS: Final = (".slha", ".slha2", ".spc", ".lhe", ".json")
"""Of model files in folders and archives; ``.gz`` may follow, and ``SPheno.spc.MODEL`` is one, too."""
LISTS: Final = (".txt", ".list")
_BEGINNINGS: Final = ("block", "decay", "xsection", "<", "{")
"""Of model files, in lower case: a file that begins so is no list, whatever its name."""

Stamp = list[int] | None
"""Size and time of a file: is it still the same?"""


class Item(NamedTuple):
    """One model that waits: its place in the table, its name, what to read (None: the file of that name), its stamp."""

    place: int
    name: str
    content: Any
    stamp: Stamp


@dataclass(frozen=True)
class Inputs:
    """All files of a scan.

    Attributes
    ----------
    groups: (archive or None, names) one after the other.
    notes: what a user has to know of how they were found.
    """

    groups: tuple[tuple[str | None, list[str]], ...]
    notes: tuple[str, ...]

    @property
    def names(self) -> Iterator[str]:
        """In the order of the table."""
        return (name for _, names in self.groups for name in names)

    def __len__(self) -> int:
        return sum(len(names) for _, names in self.groups)

    def items(self, is_finished: Callable[[str, Stamp], bool]) -> Iterator[Item]:
        """Those that are not finished."""
        first = 0
        for archive, names in self.groups:
            stamp = None if archive is None else stamp_of(archive)
            if archive is None:
                for place, name in enumerate(names, start=first):
                    if not is_finished(name, own := stamp_of(name)):
                        yield Item(place, name, None, own)
            else:
                places = {name: first + i for i, name in enumerate(names) if not is_finished(name, stamp)}
                for name, content in contents(archive, set(places)) if places else ():
                    yield Item(places.pop(name), name, content, stamp)
                for name, place in places.items():  # the archive has changed meanwhile
                    yield Item(place, name, b"", stamp)
            first += len(names)


def stamp_of(name: str) -> Stamp:
    """The stamp of a file; None where there is none."""
    try:
        found = os.stat(name)  # noqa: PTH116 - a million times: a Path for each takes as long again
    except (OSError, ValueError):
        return None
    return [found.st_size, found.st_mtime_ns]


def find_inputs(paths: str | Path | Sequence[str | Path], pattern: str | None = None) -> Inputs:
    """The files of a scan.

    Parameters
    ----------
    paths: one or several: files, folders (with all below them), tar archives, and lists: ``.txt`` and ``.list`` files
        with a path a line, seen from the folder of the list; ``#`` begins a comment.
    pattern: names of files that are taken from folders and archives, as in ``*.slha``; without it all of ``ENDINGS``.

    Raises
    ------
    ModelError: where a path does not exist.
    ConfigError: where there is no file at all.
    """

    def is_wanted(name: str) -> bool:
        return is_model(name) if pattern is None else fnmatch(os.path.basename(name), pattern)  # noqa: PTH119

    if isinstance(paths, (str, Path)):
        paths = [paths]
    groups: list[tuple[str | None, list[str]]] = []
    notes, seen, twice = list[str](), set[str](), 0
    for path in map(str, paths):
        for archive, names in _expanded(path, is_wanted, notes):
            own = []
            for name in names:
                key = os.path.abspath(name)  # noqa: PTH100 - as above
                if key in seen:
                    twice += 1
                else:
                    seen.add(key)
                    own.append(name)
            groups.append((archive, own))
    if twice:
        notes.append(f"{twice} files are named more than once; each is evaluated once")
    if not seen:
        wanted = f"names like {pattern}" if pattern else "names that end in " + ", ".join(ENDINGS)
        raise ConfigError("FILES", " ".join(map(str, paths)) or "nothing", f"at least one model file, {wanted}")
    return Inputs(tuple(groups), tuple(notes))


def is_model(name: str) -> bool:
    """Does a name look like that of a model file?

    >>> is_model("a/point.slha.gz"), is_model("SPheno.spc.MSSM"), is_model("notes.md")
    (True, True, False)
    """
    base = name.lower().removesuffix(".gz")
    return base.endswith(ENDINGS) or ".spc." in base.rpartition("/")[2]


def _expanded(path: str, is_wanted: Callable[[str], bool], notes: list[str]) -> Iterator[tuple[str | None, list[str]]]:
    if os.path.isdir(path):  # noqa: PTH112 - a text stays a text: names are those that the user gave
        yield None, list(_below(path, is_wanted, notes))
    elif not os.path.exists(path):  # noqa: PTH110
        raise ModelError(path, "nothing there", "a model file, a folder, an archive, or a list of files")
    elif is_archive(path):
        names, whole = members(path, is_wanted)
        yield path, names
        if not whole:
            notes.append(f"{path} cannot be read to its end; {len(names)} files of it are taken")
            yield None, [path]  # a row that says so
    elif path.lower().endswith(LISTS) and (listed := _listed(path)) is not None:
        yield None, listed
    else:
        yield None, [path]


def _below(folder: str, is_wanted: Callable[[str], bool], notes: list[str]) -> Iterator[str]:
    for top, folders, files in os.walk(folder):
        folders.sort()
        # they may lead round in a circle
        links = [f"{top}/{name}" for name in folders if os.path.islink(f"{top}/{name}")]  # noqa: PTH114
        notes += [f"{link} is a link to a folder, and not followed: name it to scan it" for link in links]
        yield from (f"{top}/{name}" for name in sorted(files) if is_wanted(name))


def _listed(path: str) -> list[str] | None:
    """The paths of a list; None where the file is a model."""
    with Path(path).open(encoding="utf-8", errors="surrogateescape") as file:
        lines = (line.strip() for line in file)
        found = [line for line in lines if line and not line.startswith("#")]
    if found and found[0].lower().startswith(_BEGINNINGS):
        return None
    folder = Path(path).parent
    return [str(folder / line) for line in found]
