"""What a move is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from protomodels.model import ProtoModel


@dataclass(frozen=True, slots=True)
class MoveContext:
    """What a move may look at besides the model.

    Attributes
    ----------
    Z: significance of the walk's current state, 0 where it has none.
    used: pids that contribute to the current best combination, None where there is none.
    fired: True where an earlier move of this step has changed the model.
    """

    Z: float
    used: frozenset[int] | None
    fired: bool


class Move(Protocol):
    """A proposal; ``name`` is what the storage calls it."""

    @property
    def name(self) -> str: ...

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The changed model, or None where the move does not fire; it draws from ``rng`` only."""
        ...
