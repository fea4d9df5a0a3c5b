"""Where a walk stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from protomodels.errors import StorageError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel


@dataclass(frozen=True)
class WalkState:
    """Everything that the rest of a walk depends on; equal states walk on identically.

    Attributes
    ----------
    model: the current proto-model, scaled to mu-hat = 1.
    K, Z: its score; None while no result sees it.
    used: pids that contribute to its best combination; None while it has none.
    step: steps done.
    best_K: highest K so far; None before the first score.
    rng: state of the walk's random bit generator.
    top: highest K of a polished model of this walk; None before there was one, and in a search that polishes none.
    climbed: K of the last model that was polished.
    """

    model: ProtoModel
    K: float | None
    Z: float
    used: frozenset[int] | None
    step: int
    best_K: float | None
    rng: dict[str, Any]
    top: float | None = None
    climbed: float | None = None

    def generator(self) -> np.random.Generator:
        """A random generator that goes on exactly where the walk stopped."""
        bits = np.random.PCG64()
        bits.state = cast(Any, self.rng)  # what bits_of took from the same property
        return np.random.Generator(bits)

    def to_json(self) -> tuple[str, str]:
        """The state for the storage: (walk, random generator), both JSON text; floats keep their full precision."""
        values = {
            "model": self.model.as_dict(),
            "K": self.K,
            "Z": self.Z,
            "used": None if self.used is None else sorted(self.used),
            "step": self.step,
            "best_K": self.best_K,
            "top": self.top,
            "climbed": self.climbed,
        }
        return json.dumps(values), json.dumps(self.rng)

    @classmethod
    def from_json(cls, state: str, rng: str) -> WalkState:
        """The state that :meth:`to_json` wrote.

        Raises
        ------
        StorageError: where the texts are not such a state.
        """
        try:
            values = json.loads(state)
            used = None if values["used"] is None else frozenset(values["used"])
            model = model_from_dict(values["model"])
            names = ("K", "Z", "step", "best_K", "top", "climbed")
            own = {name: values[name] for name in names}
            return cls(model=model, used=used, rng=json.loads(rng), **own)
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(f"a stored walker state cannot be read: {error!r}") from error


def first_generator(seed: int, walker: int) -> np.random.Generator:
    """The random numbers of a walker: the spawned child of this number of ``SeedSequence(seed)``.

    Parameters
    ----------
    seed: of the run.
    walker: its number, from 0.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(walker,))))


def bits_of(rng: np.random.Generator) -> dict[str, Any]:
    """The state of a generator as plain values, for :attr:`WalkState.rng`."""
    return dict(rng.bit_generator.state)
