"""Fetching a release of the SModelS database: its text, as the SModelS collaboration publishes it.

SModelS itself downloads a pickle, which is a program as much as data; we take the text of the same release
(docs/adr/0012-text-not-pickles.md).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from protomodels.cache import cache_directory
from protomodels.errors import ResultsError
from protomodels.results.archive import fingerprint, read_text

log = logging.getLogger(__name__)

OFFICIAL: Final = "smodels-3.0.0"
"""What ``official`` means: the release of the SModelS version that we use."""
ARCHIVES: Final = "https://github.com/SModelS/smodels-database-release/archive/refs/tags"

_PIECE: Final = 1 << 16
"""Bytes between two looks at the progress."""
_SECONDS: Final = 30.0
_NAME: Final = re.compile(r"smodels-(\d+)\.(\d+)\.(\d+)", re.ASCII)
_NOT_FOUND: Final = 404

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far, and how many there will be where that is known."""

RELEASES: Final[dict[str, str | None]] = {
    "smodels-1.1.1": "98e1080e49927aed29865ff4cd92854851d20c145e6a1ec8edf251c50adb8c4c",
    "smodels-1.1.2": None,
    "smodels-1.1.3": None,
    "smodels-1.2.0": None,
    "smodels-1.2.2": "a4f7b0696f2eac2ec0b9329abc24681e30e599b12e56ccd16026438d768a5ffe",
    "smodels-1.2.3": None,
    "smodels-1.2.4": "885fa4a244ff584b561bb4f0ec58e87fa825bb4c604ee69868cced1ebb4e8eb9",
    "smodels-2.0.0": None,
    "smodels-2.1.0": "ec944edd1d62731d84c6db5c86cf7e8541de876c4680959a11481dbc8968966b",
    "smodels-2.2.0": None,
    "smodels-2.3.0": "9cb1a47dffd5bb676c5fb33592c0789a969799b2de4deff326d1a224cefad407",
    "smodels-3.0.0": "0e431b9610fa63fd4e404a4072173dd460901b310c90e116d73874f0b0ab2fef",
    "smodels-3.1.0": None,
}
"""Releases by name, with the fingerprint of the text that this program was tested with; None where it never was.

JSON likelihoods do not count: copies of a release differ in which of the large ones they have.
"""


def is_release(name: str) -> bool:
    """True for a name that :func:`fetch` looks for.

    >>> is_release("smodels-3.0.0"), is_release("smodels-9.0.1"), is_release("demo")
    (True, True, False)
    """
    return _NAME.fullmatch(name) is not None


def addresses(name: str) -> list[str]:
    """Where a release may lie, the likelier place first: tags begin with v up to 2.0.0, later ones do not.

    >>> [address.rpartition("/")[2] for address in addresses("smodels-1.2.4")]
    ['v1.2.4.tar.gz', '1.2.4.tar.gz']
    >>> [address.rpartition("/")[2] for address in addresses("smodels-3.1.0")]
    ['3.1.0.tar.gz', 'v3.1.0.tar.gz']
    """
    version = name.removeprefix("smodels-")
    with_v = tuple(int(part) for part in version.split(".")) <= (2, 0, 0)
    tags = [f"v{version}", version] if with_v else [version, f"v{version}"]
    return [f"{ARCHIVES}/{tag}.tar.gz" for tag in tags]


def fetched(name: str) -> Path | None:
    """The archive of a release that was fetched before, else None."""
    archive = _place(name)
    return archive if is_release(name) and archive.exists() else None


def fetch(name: str, progress: Progress, *, any_content: bool = False) -> Path:
    """Download a release into the cache, unless it is there; gives its archive.

    A release whose text was never tested here is taken with a warning that says its fingerprint.

    Parameters
    ----------
    name: of a release, or ``official``.  Versions newer than this program are tried, too.
    progress: called with the bytes so far, and how many there will be where that is known.
    any_content: take it also where its text is not the tested one.

    Raises
    ------
    ResultsError: where there is no such release, it cannot be fetched, or holds other text; nothing is left then.
    """
    name = OFFICIAL if name == "official" else name
    if not is_release(name):
        raise ResultsError("release", name, "one of official, " + ", ".join(RELEASES))
    if (archive := fetched(name)) is not None:
        return archive
    archive = _place(name)
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_suffix(".part")
    try:
        url = _download_first(name, partial, progress)
        _check(name, url, fingerprint_of_release(partial), any_content=any_content)
        partial.replace(archive)
    finally:
        partial.unlink(missing_ok=True)
    return archive


def fingerprint_of_release(archive: Path) -> str:
    """The fingerprint that a release is known by: SHA-256 of its text, without the JSON likelihoods.

    Raises
    ------
    ResultsError: where the archive is damaged or no database.
    """
    return fingerprint([entry for entry in read_text(archive) if entry[0].endswith((".txt", ".cov"))])


def _place(name: str) -> Path:
    return cache_directory() / "downloads" / f"{name}.tar.gz"


def _check(name: str, url: str, found: str, *, any_content: bool) -> None:
    tested = RELEASES.get(name)
    if tested is None:
        log.warning("%s was never tested with this program; its text has the fingerprint %s", name, found)
    elif found != tested and any_content:
        log.warning("%s: its text is not the tested one: fingerprint %s, not %s", name, found, tested)
    elif found != tested:
        raise ResultsError(f"fingerprint of {url}", found, f"{tested}, as tested; --any-content takes it as it is")


def _download_first(name: str, target: Path, progress: Progress) -> str:
    """Fetch a release from the first of its addresses that exists; gives it."""
    tried = addresses(name)
    for url in tried:
        if _download(url, target, progress):
            return url
    known = ", ".join(RELEASES)
    raise ResultsError(
        "release", f"{name} (not at {' nor '.join(tried)})", f"one that is published; known here: {known}"
    )


def _download(url: str, target: Path, progress: Progress) -> bool:
    """Fetch a URL with pooch, which knows redirects, proxies and certificates; False where there is no such file."""
    from pooch import HTTPDownloader

    bar: Any = _Bar(target, progress)
    download = HTTPDownloader(progressbar=bar, chunk_size=_PIECE, timeout=_SECONDS)
    try:
        download(url, target, None)
    except OSError as error:  # of which the errors of requests, which pooch uses, are
        if getattr(getattr(error, "response", None), "status_code", None) == _NOT_FOUND:
            return False
        where = "a network that reaches it and room for it; or fetch it elsewhere and give the archive's path as a name"
        raise ResultsError("download", f"{url} ({error or type(error).__name__})", where) from error
    return True


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
