"""Which proto-models are wanted, and which of them are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

HISCORE_SORTS: Final = ("K", "without_strongest", "Z", "particles", "newest")
"""What hiscores are sorted by: the highest of these, the fewest particles, or the newest first."""
SAME_MASS: Final = 1.0
"""GeV; two proto-models of the same particles and channels whose masses differ by no more are duplicates."""


@dataclass(frozen=True, slots=True)
class HiscoreQuery:
    """Which proto-models are wanted.

    Attributes
    ----------
    run, walker: of this run, of this walker of it.
    particles: pids that it must have, all of them.
    min_mass, max_mass: window in GeV for the mass of the first particle.
    min_K: smallest K.
    distinct: leave out duplicates of better ones.
    universes: also those of runs on other data than the published ones; a run that is named is searched anyway.
    results: of runs with the results of this name or fingerprint.
    verdict: only those that were judged so, in words.
    sort: ``K``, ``without_strongest`` (K without the strongest analysis, those where it is not known last), ``Z``,
        ``particles`` (fewest first) or ``newest``.
    after: only those that follow the proto-model with this id in the list: the last one of a page gives the next page.
    exact: only those without any other particle.

    Examples
    --------
    Proto-models of all runs with a stop between 600 and 800 GeV and K of 5 or more:

    >>> HiscoreQuery(particles=[1000006], min_mass=600.0, max_mass=800.0, min_K=5.0).distinct
    True
    """

    run: str | None = None
    walker: int | None = None
    particles: Sequence[int] = ()
    min_mass: float | None = None
    max_mass: float | None = None
    min_K: float | None = None
    distinct: bool = True
    universes: bool = False
    results: str | None = None
    verdict: str | None = None
    sort: str = "K"
    after: int | None = None
    exact: bool = False


class Content(Protocol):
    """What duplicates have in common: channels, and masses (GeV) by pid."""

    @property
    def channels(self) -> str: ...
    @property
    def masses(self) -> Mapping[int, float]: ...


def is_duplicate(one: Content, other: Content) -> bool:
    """True for the same particles and channels, and masses within 1 GeV."""
    if one.channels != other.channels or one.masses.keys() != other.masses.keys():
        return False
    return all(abs(mass - other.masses[pid]) <= SAME_MASS for pid, mass in one.masses.items())
