"""Does a score stand on exact masses?  A search keeps none that does.

Maps end, and limits with them, at masses that nobody predicts to half a GeV: 0.5 GeV beside a point that two limits
exclude four times over, a third map may see no more than the excess.  A search finds such points, however small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from protomodels.changes import with_masses
from protomodels.model import ProtoModel, plain
from protomodels.scoring.quick import QuickScore

LARGEST_FALL: Final = 2.0
"""In K, when one mass moves by the policy's ``mass_margin``: an excess in a compressed spectrum falls by 1."""


def nearby(model: ProtoModel, margin: float, off_shell: bool = True) -> Iterator[ProtoModel]:
    """The model with each of its masses lowered and raised by ``margin`` (GeV), where that is allowed."""
    for pid, mass in model.masses.items():
        for moved in (mass - margin, mass + margin):
            other = with_masses(model, plain(model.masses) | {pid: moved}, off_shell)
            if other is not None:
                yield other


def is_steady(
    score: Callable[[ProtoModel, float], QuickScore | None], found: QuickScore, margin: float, off_shell: bool = True
) -> bool:
    """Does K fall by at most ``LARGEST_FALL`` wherever one mass moves by ``margin`` (GeV)?

    Parameters
    ----------
    score: of a model; None where K is certainly below the second argument.
    found: score of the model; one without a K is steady.
    margin: 0 asks nothing.
    """
    if found.K is None or margin <= 0.0:
        return True
    least = found.K - LARGEST_FALL
    for model in nearby(found.model, margin, off_shell):
        other = score(model, least)
        if other is None or other.K is None or other.K < least:
            return False
    return True
