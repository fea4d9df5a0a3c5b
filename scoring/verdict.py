"""Which verdict on a hiscore applies, and why."""

from __future__ import annotations

from typing import Final

from protomodels.settings import Verdict

MOST_AT_EDGES: Final = 0.3
"""A larger share of the evidence at edges of maps is an edge: there interpolation is least certain."""
KEPT: Final = 0.5
"""What leaves less than this part of K carries K: without it the model would not have been looked at."""


def verdicts(
    K: float,
    share_at_edges: float,
    without_strongest: tuple[str, float | None],
    nearby: tuple[str, float | None],
) -> tuple[tuple[Verdict, str], ...]:
    """What speaks against a model, each with the reason in words; empty for a robust one.

    Parameters
    ----------
    K: of the model.
    share_at_edges: of its evidence, between 0 and 1.
    without_strongest: name of the strongest analysis, and K without its results; None where nothing is left.
    nearby: where among close masses K is smallest, in words, and that K; None where there is none.  Without words
        there are no close masses.

    >>> verdicts(8.0, 0.0, ("CMS-1", 5.0), ("X_t1 at 500", 3.0))
    (('stands on exact masses', 'K = 3.00 with X_t1 at 500'),)
    """
    found: list[tuple[Verdict, str]] = []
    if share_at_edges > MOST_AT_EDGES:
        found.append(("stands on an edge", f"{share_at_edges:.0%} of the evidence is from edges of maps"))
    name, K_without = without_strongest
    if _is_lost(K, K_without):
        found.append(("stands on one analysis", f"{_said(K_without)} without {name}"))
    where, K_there = nearby
    if where and _is_lost(K, K_there):
        found.append(("stands on exact masses", f"{_said(K_there)} with {where}"))
    return tuple(found)


def _is_lost(K: float, other: float | None) -> bool:
    """Is less than half of K left?  Of a negative K, less than all of it."""
    return other is None or other < min(KEPT * K, K)


def _said(K: float | None) -> str:
    return "no K is left" if K is None else f"K = {K:.2f}"
