"""What is known of results that have been compiled, and the list of all of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from protomodels.results.cached import compiled_folder
from protomodels.results.compiled.container import DamagedFileError
from protomodels.results.compiled.file import about_compiled

log = logging.getLogger(__name__)

WORTH_SAYING: Final = 0.1
"""Difference of a fast likelihood to the full one that is shown, in ln L."""
OTHER_BACKGROUND: Final = 1.0
"""Difference of a background to the published one that is shown, in standard deviations."""


@dataclass(frozen=True)
class ResultsInfo:
    """Results that have been compiled.

    Attributes
    ----------
    name: of the results, such as ``demo`` or ``smodels-3.0.0``.
    fingerprint: SHA-256 of their text.
    version: what their ``version`` file says.
    n_analyses: folders with a globalInfo.txt that could be read.
    left_out: why others could not, by folder in the database.
    n_maps, n_triangulations: maps that proto-models can populate, and triangulations that they share.
    skipped: number of maps that they cannot populate, by reason.
    n_general_maps: maps for models of any kind; None in a file of an earlier version, which has none for them.
    not_compiled: analysis and topology of the maps that no model can use, by reason.
    sets: the sets of regions with published correlations: analysis, label, kind (covariance or json), regions, and of a
        JSON its name in the cache and what :func:`set_notes` reads.
    not_combined: why others are not, by analysis.
    source: where the text was found.
    file: the compiled file.
    bytes: its size.
    """

    name: str
    fingerprint: str
    version: str
    n_analyses: int
    left_out: dict[str, str]
    n_maps: int
    n_triangulations: int
    skipped: dict[str, int]
    n_general_maps: int | None
    not_compiled: dict[str, list[str]]
    sets: list[dict[str, Any]]
    not_combined: dict[str, str]
    source: str
    file: str
    bytes: int


def set_notes(entry: Mapping[str, Any]) -> list[str]:
    """What a user should know of a set of regions; empty where its likelihood is as good as it says.

    Parameters
    ----------
    entry: of ``sets``.

    >>> set_notes({"difference": {"in one region": 0.03, "spread": 0.2}, "one_nuisance": False})
    ['the fast likelihood is up to 0.20 from the full one in ln L (in one region 0.03, spread 0.20)']
    """
    notes = []
    apart = entry.get("difference", {})
    if apart and max(apart.values()) > WORTH_SAYING:
        each = ", ".join(f"{kind} {value:.2f}" for kind, value in apart.items())
        notes.append(f"the fast likelihood is up to {max(apart.values()):.2f} from the full one in ln L ({each})")
    found = entry.get("published", {})
    if found.get("shift", 0.0) > OTHER_BACKGROUND:
        fitted = found["shift_after"] < 0.5 * OTHER_BACKGROUND
        why = "; those are after a fit to the signal regions, too" if fitted else ""
        notes.append(
            f"its backgrounds are not the published ones (up to {found['shift']:.1f} standard deviations away, widths "
            f"{found['width']:.2f} of theirs){why}"
        )
    if entry.get("one_nuisance"):
        notes.append("the database has a simplified JSON only, with one nuisance parameter for all regions")
    return notes


def info_of(file: Path, *, any_particles: bool = False) -> ResultsInfo:
    """What a compiled file says of itself; reads its header only.

    Parameters
    ----------
    any_particles: also of a file that was made with another particle table.

    Raises
    ------
    DamagedFileError: where the header is not what was written.
    OtherParticlesError: where the file was made with another particle table.
    """
    return ResultsInfo(**about_compiled(file, any_particles=any_particles), file=str(file))


def opened_results(*, any_particles: bool = False) -> list[ResultsInfo]:
    """All compiled results in the cache, by name; those that cannot be used are left out, with a warning in the log.

    Parameters
    ----------
    any_particles: also those that were made with another particle table.
    """
    found = []
    for file in sorted(compiled_folder().glob("*.bin")):
        try:
            found.append(info_of(file, any_particles=any_particles))
        except DamagedFileError as error:
            log.warning("%s", error)
    return sorted(found, key=lambda info: (info.name, info.fingerprint))
