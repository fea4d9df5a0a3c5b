"""The question of a closure test: which proto-model is injected, and how it is searched for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final

from protomodels.campaign.config import CampaignConfig, check_count
from protomodels.campaign.ensemble import Member
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.production import in_order
from protomodels.run_settings import SEED
from protomodels.runs import RunConfig
from protomodels.universes import Universe
from protomodels.universes.recipe import drawing_of

KIND: Final = "closure"


class Closure(StrEnum):
    """Kinds of closure tests."""

    TECHNICAL = "technical"
    PHYSICS = "physics"


@dataclass(frozen=True)
class ClosureConfig(CampaignConfig):
    """A closure test that is asked for.

    Attributes
    ----------
    closure: see the module.
    base: JSON of the :class:`RunConfig` of its runs, but for seed and universe.
    signal: the injected model as JSON text.
    runs: how many.
    seed: of the first run, and of its universe; the others follow.
    fudge, strength, drawing: see :class:`Universe`.

    Raises
    ------
    ConfigError, ModelError: on creation, naming the field.
    """

    KIND: ClassVar[str] = KIND
    TITLE: ClassVar[str] = "closure test"

    closure: str
    base: str
    signal: str
    runs: int = 10
    seed: int = 1
    fudge: float = 1.0
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.closure not in list(Closure):
            raise ConfigError("kind", self.closure, "one of " + ", ".join(Closure))
        check_count("runs", self.runs)
        SEED.check(self.seed)
        order = RunConfig.from_json(self.base).scoring().reference_order
        model = self._universe(self.seed).model
        named = None if model is None else in_order(model, order)
        if named is not None and named is not model:
            # injected with the cross sections that the search gives it
            object.__setattr__(self, "signal", json.dumps(named.as_dict(), sort_keys=True))

    @classmethod
    def of_search(cls, base: RunConfig, closure: str, signal: str, **settings: object) -> ClosureConfig:
        """For a search with these settings, in universes that are drawn as its policy asks for."""
        return cls(closure, base.to_json(), signal, drawing=drawing_of(base.policy), **settings)  # type: ignore[arg-type]

    def _universe(self, seed: int | None) -> Universe:
        return Universe(seed, self.fudge, self.signal, self.strength, self.drawing)

    @property
    def model(self) -> ProtoModel:
        """The injected one."""
        found = self._universe(None).model
        assert found is not None  # noqa: S101 - the config has a signal
        return found

    def members(self) -> list[Member]:
        """Universe and seed of each run."""
        seeds = range(self.seed, self.seed + self.runs)
        drawn = self.closure == Closure.PHYSICS
        return [Member(self._universe(s if drawn else None), s) for s in seeds]

    def columns(self) -> Mapping[str, Any]:
        """The kind of closure test."""
        return {"closure": self.closure}
