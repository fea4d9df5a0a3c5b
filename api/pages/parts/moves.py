"""How often moves were accepted, each counted once, however it was combined with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Acceptance:
    """A move: in how many steps it took part, and how many of these were accepted."""

    name: str
    proposed: int
    accepted: int

    @property
    def percent(self) -> float:
        """Of its steps, those that were accepted."""
        return 100.0 * self.accepted / self.proposed


def acceptances(moves: Mapping[str, tuple[int, int]]) -> list[Acceptance]:
    """By move what a trace says by combination of moves; the most frequent first.

    Parameters
    ----------
    moves: by names joined with ``+`` how often they were proposed together, and how often accepted.

    >>> [(m.name, m.proposed, m.accepted) for m in acceptances({"mass": (3, 1), "add+mass": (5, 2), "none": (1, 1)})]
    [('mass', 8, 3), ('add', 5, 2), ('none', 1, 1)]
    """
    found: dict[str, tuple[int, int]] = {}
    for names, (proposed, accepted) in moves.items():
        for name in set(names.split("+")):
            before = found.get(name, (0, 0))
            found[name] = (before[0] + proposed, before[1] + accepted)
    rows = [Acceptance(name or "none", *counts) for name, counts in found.items() if counts[0]]
    return sorted(rows, key=lambda row: (-row.proposed, row.name))
