"""Where a walk stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from protomodels.errors import StorageError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.scoring.quick import QuickScore


@dataclass(frozen=True, slots=True)
class Peak:
    """A model at the top of its mode, with its score; see :class:`WalkState`."""

    model: ProtoModel
    K: float
    Z: float
    used: frozenset[int] | None


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
    peak: best polished model that the walk knows; None before there was one, and in a search that polishes none.
    climbed: K of the last model that was polished.
    met: polished models of others, from which a particle may be taken over.
    """

    model: ProtoModel
    K: float | None
    Z: float
    used: frozenset[int] | None
    step: int
    best_K: float | None
    rng: dict[str, Any]
    peak: Peak | None = None
    climbed: float | None = None
    met: tuple[Peak, ...] = ()

    @property
    def here(self) -> Peak | None:
        """The model on which the walk stands, polished or not; None while it has no K."""
        return None if self.K is None else Peak(self.model, self.K, self.Z, self.used)

    def at(self, place: WalkState | Peak | QuickScore) -> WalkState:
        """The walk at another model, with its score; steps and random numbers stay its own."""
        K = place.K
        best = K if self.best_K is None or (K is not None and K > self.best_K) else self.best_K
        return replace(self, model=place.model, K=K, Z=place.Z, used=place.used, best_K=best)

    def generator(self) -> np.random.Generator:
        """A random generator that goes on exactly where the walk stopped."""
        bits = np.random.PCG64()
        bits.state = cast(Any, self.rng)  # what bits_of took from the same property
        return np.random.Generator(bits)

    def to_json(self) -> tuple[str, str]:
        """The state for the storage: (walk, random generator), both JSON text; floats keep their full precision."""
        values = {
            **_plain(self),
            "step": self.step,
            "best_K": self.best_K,
            "peak": None if self.peak is None else _plain(self.peak),
            "climbed": self.climbed,
            "met": [_plain(one) for one in self.met],
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
            peak = None if values["peak"] is None else Peak(**_parts(values["peak"]))
            others = {name: values[name] for name in ("step", "best_K", "climbed")}
            met = tuple(Peak(**_parts(one)) for one in values["met"])
            return cls(**_parts(values), **others, peak=peak, met=met, rng=json.loads(rng))
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(f"a stored walker state cannot be read: {error!r}") from error


def _plain(scored: WalkState | Peak) -> dict[str, Any]:
    used = None if scored.used is None else sorted(scored.used)
    return {"model": scored.model.as_dict(), "K": scored.K, "Z": scored.Z, "used": used}


def _parts(values: dict[str, Any]) -> dict[str, Any]:
    used = None if values["used"] is None else frozenset(values["used"])
    return {"model": model_from_dict(values["model"]), "K": values["K"], "Z": values["Z"], "used": used}


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
