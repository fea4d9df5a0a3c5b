"""Fetching a release of the SModelS database: its text, as the SModelS collaboration publishes it.

SModelS itself downloads a pickle, which is a program as much as data; we take the text of the same release
(docs/adr/0012-text-not-pickles.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from protomodels.cache import cache_directory
from protomodels.errors import ResultsError
from protomodels.results.archive import fingerprint, read_text

OFFICIAL: Final = "smodels-3.0.0"
"""What ``official`` means: the release of the SModelS version that we use."""

_ARCHIVES: Final = "https://github.com/SModelS/smodels-database-release/archive/refs/tags"
_PIECE: Final = 1 << 16
"""Bytes between two looks at the progress."""
_SECONDS: Final = 30.0

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far, and how many there will be where that is known."""


@dataclass(frozen=True)
class Release:
    """Where the archive of a release is, and the fingerprint of its maps and tables, as they were tested.

    JSON likelihoods are not part of it: copies of a release differ in which of the large ones they have.
    """

    url: str
    fingerprint: str


RELEASES: Final = {
    "smodels-1.2.4": Release(
        f"{_ARCHIVES}/1.2.4.tar.gz", "885fa4a244ff584b561bb4f0ec58e87fa825bb4c604ee69868cced1ebb4e8eb9"
    ),
    "smodels-3.0.0": Release(
        f"{_ARCHIVES}/3.0.0.tar.gz", "0e431b9610fa63fd4e404a4072173dd460901b310c90e116d73874f0b0ab2fef"
    ),
}


def fetch(name: str, progress: Progress, *, any_content: bool = False) -> Path:
    """Download a release into the cache, unless it is there; gives its archive.

    Parameters
    ----------
    name: of a release, or ``official``.
    progress: called with the bytes so far, and how many there will be where that is known.
    any_content: take it also where its text is not the tested one.

    Raises
    ------
    ResultsError: where there is no such release, it cannot be fetched, or holds other text; nothing is left then.
    """
    name = OFFICIAL if name == "official" else name
    if name not in RELEASES:
        raise ResultsError("release", name, "one of official, " + ", ".join(RELEASES))
    release = RELEASES[name]
    folder = cache_directory() / "downloads"
    archive = folder / f"{name}.tar.gz"
    if archive.exists():
        return archive
    folder.mkdir(parents=True, exist_ok=True)
    partial = archive.with_suffix(".part")
    try:
        _download(release.url, partial, progress)
        found = fingerprint_of_release(partial)
        if found != release.fingerprint and not any_content:
            allowed = f"{release.fingerprint}, as tested; --any-content takes it as it is"
            raise ResultsError(f"fingerprint of {release.url}", found, allowed)
        partial.replace(archive)
    finally:
        partial.unlink(missing_ok=True)
    return archive


def fingerprint_of_release(archive: Path) -> str:
    """The fingerprint that a release is known by: SHA-256 of its .txt files, without the JSON likelihoods.

    Raises
    ------
    ResultsError: where the archive is damaged or no database.
    """
    return fingerprint([entry for entry in read_text(archive) if entry[0].endswith(".txt")])


def _download(url: str, target: Path, progress: Progress) -> None:
    """Fetch a URL with pooch, which knows redirects, proxies and certificates."""
    from pooch import HTTPDownloader

    bar: Any = _Bar(target, progress)
    download = HTTPDownloader(progressbar=bar, chunk_size=_PIECE, timeout=_SECONDS)
    try:
        download(url, target, None)
    except OSError as error:  # of which the errors of requests, which pooch uses, are
        where = "a network that reaches it and room for it; or fetch it elsewhere and give the archive's path as a name"
        raise ResultsError("download", f"{url} ({error or type(error).__name__})", where) from error


class _Bar:
    """What pooch takes for a progress bar: it tells how much of the file is there."""

    def __init__(self, target: Path, progress: Progress) -> None:
        self.total = 0  # set by pooch; 0 where the server does not say
        self._target, self._progress = target, progress

    def update(self, _: int) -> None:
        """A piece has come; pooch gives its nominal size, which the last one is smaller than."""
        self._progress(self._target.stat().st_size, self.total or None)

    def reset(self) -> None:
        """All is there."""

    def close(self) -> None:
        """All is there."""
