"""What a move is: a proposal for the next proto-model of a walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class Move(Protocol):
    """A proposal for the next proto-model: those of the policies, and those of a user's own.

    A move must draw its random numbers from the generator that it is given and from nothing else: only then is a chain
    a function of its seed, and only then can it be resumed and replayed.

    >>> @dataclass(frozen=True)
    ... class Stay:
    ...     name: str = "stay"
    ...     def propose(self, model, context, rng):
    ...         return None if rng.random() < 0.5 else model
    >>> Stay().propose(ProtoModel({1000022: 100.0}), MoveContext(0.0, None, False), np.random.default_rng(1))
    ProtoModel...
    """

    @property
    def name(self) -> str:
        """What the storage calls it; steps of several moves are called ``add+mass``."""
        ...

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        """The changed model, or None where the move does not fire.

        Parameters
        ----------
        model: the present proto-model, or what earlier moves of this step have made of it.
        context: what else the move may look at.
        rng: the random numbers of the walk.

        Raises
        ------
        ModelError: must not happen: a move proposes only what may exist.
        """
        ...
