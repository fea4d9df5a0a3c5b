"""Closure tests: a proto-model is put into the data; does the search find it again (arXiv:2012.12246, section 6)?

technical   nothing is drawn: every region observes background plus signal.  What is not found is lost by the method.
physics     a universe each: what is not found may be hidden by chance.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from protomodels.campaign.ensemble import Ensemble, Member
from protomodels.database import CampaignRun, RunRecord, RunState, Storage
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictor
from protomodels.runs import Execution, RunConfig
from protomodels.universes import Universe, in_universe

KIND: Final = "closure"
ALIKE: Final = ((1000001, 1000002, 1000003, 1000004), (1000005, 2000005), (1000006, 2000006))
"""Particles that the results can hardly tell apart: one found for the other counts."""


class Closure(StrEnum):
    """Kinds of closure tests."""

    TECHNICAL = "technical"
    PHYSICS = "physics"


@dataclass(frozen=True)
class ClosureConfig:
    """A closure test that is asked for.

    Attributes
    ----------
    closure: see the module.
    base: JSON of the :class:`RunConfig` of its runs, but for seed and universe.
    signal: the injected model as JSON text.
    runs: how many.
    seed: of the first run, and of its universe; the others follow.
    fudge, strength: see :class:`Universe`.

    Raises
    ------
    ConfigError, ModelError: on creation, naming the field.
    """

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
        if isinstance(self.runs, bool) or not isinstance(self.runs, int) or not 1 <= self.runs <= 10**6:
            raise ConfigError("runs", self.runs, "a whole number between 1 and 1000000")
        RunConfig.from_json(self.base)
        Universe(self.seed, self.fudge, self.signal, self.strength)

    @property
    def model(self) -> ProtoModel:
        """The injected one."""
        found = Universe(None, self.fudge, self.signal, self.strength).model
        assert found is not None  # noqa: S101 - the config has a signal
        return found

    def members(self) -> list[Member]:
        """Universe and seed of each run."""
        seeds = range(self.seed, self.seed + self.runs)
        drawn = self.closure == Closure.PHYSICS
        return [Member(Universe(s if drawn else None, self.fudge, self.signal, self.strength), s) for s in seeds]

    def to_json(self) -> str:
        """The form that is stored."""
        return json.dumps({"kind": KIND, **asdict(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ClosureConfig:
        """The config that :meth:`to_json` wrote.

        Raises
        ------
        ConfigError: where the text is not one.
        """
        try:
            values = json.loads(text)
            if values.pop("kind") != KIND:
                raise ValueError("another kind of campaign")
            return cls(**values)
        except (ValueError, TypeError, KeyError) as error:
            raise ConfigError("campaign", text, f"a stored closure test ({error})") from error


@dataclass(frozen=True)
class ClosureResult:
    """The best proto-model of one run beside the injected one.

    Attributes
    ----------
    run: the run.
    K: of its best proto-model; None where it has none.
    masses: GeV by pid, empty where it has none.
    partner: for each injected pid the mass (GeV) of the particle that stands for it, None where there is none.
    """

    run: str
    K: float | None
    masses: Mapping[int, float]
    partner: Mapping[int, float | None]

    def within(self, injected: Mapping[int, float], gev: float) -> bool:
        """Are all injected particles there, their masses no further off than ``gev``?"""
        return all(mass is not None and abs(mass - injected[pid]) <= gev for pid, mass in self.partner.items())

    @property
    def complete(self) -> bool:
        """Are all injected particles there, whatever their masses?"""
        return None not in self.partner.values()


def partners(injected: Mapping[int, float], masses: Mapping[int, float]) -> dict[int, float | None]:
    """For each injected particle the one of its kind that is nearest in mass; each stands for one only.

    >>> partners({1000022: 100.0, 1000001: 700.0}, {1000022: 120.0, 1000004: 650.0, 1000006: 700.0})
    {1000022: 120.0, 1000001: 650.0}
    """
    free = dict(masses)
    out: dict[int, float | None] = {}
    for pid in sorted(injected, key=lambda p: (p != LBP, p)):
        kind = next((group for group in ALIKE if pid in group), (pid,))
        near = min((p for p in kind if p in free), key=lambda p: abs(free[p] - injected[pid]), default=None)
        out[pid] = None if near is None else free.pop(near)
    return out


class ClosureCampaign:
    """A closure test in the storage: begun, walked on, answered at any time."""

    def __init__(self, storage: Storage, campaign: str, predictor: Predictor) -> None:
        self.id = campaign
        self._storage = storage
        self.config = ClosureConfig.from_json(storage.campaign(campaign).config_json)
        begun = [member.run.results_fingerprint for member in storage.campaign_runs(campaign).values()]
        if any(fingerprint != predictor.fingerprint for fingerprint in begun):
            raise ConfigError("results", predictor.fingerprint, f"those that {campaign} was begun with: {begun[0]}")
        members = self.config.members()
        base = RunConfig.from_json(self.config.base)
        self.ensemble = Ensemble(storage, campaign, base, predictor, members)
        self.model = self.config.model

    @classmethod
    def create(cls, storage: Storage, config: ClosureConfig, predictor: Predictor) -> ClosureCampaign:
        """The campaign of this config, a new one where there is none.

        Raises
        ------
        PredictionError: where the injected model cannot be evaluated; nothing is stored then.
        """
        in_universe(predictor, config.members()[0].universe)
        campaign = storage.create_campaign(KIND, config.to_json(), closure=config.closure)
        return cls(storage, campaign, predictor)

    def answer(self) -> tuple[ClosureResult, ...]:
        """What the finished runs found."""
        return closure_answer(self._storage, self.id)

    def walk(
        self, how: Execution, on_found: Callable[[ClosureResult], None] | None = None
    ) -> tuple[ClosureResult, ...]:
        """Walk all runs, one after the other.

        Raises
        ------
        KeyboardInterrupt: what is done is kept.
        ProtomodelsError: where a run fails.
        """

        def on_run(_position: int, record: RunRecord) -> bool:
            if on_found is not None:
                best = self._storage.hiscores(record.id, limit=1)
                on_found(_found(CampaignRun(record, best[0] if best else None), self.model))
            return True

        self.ensemble.walk_all(how, on_run)
        return self.answer()


def closure_answer(storage: Storage, campaign: str) -> tuple[ClosureResult, ...]:
    """What the finished runs of a stored closure test found, in their order."""
    stored = storage.campaign(campaign)
    model = ClosureConfig.from_json(stored.config_json).model
    members = storage.campaign_runs(campaign).values()
    return tuple(_found(member, model) for member in members if member.run.state is RunState.COMPLETED)


def _found(member: CampaignRun, injected: ProtoModel) -> ClosureResult:
    masses = dict(member.best.masses) if member.best else {}
    K = member.best.K if member.best else None
    return ClosureResult(member.run.id, K, masses, partners(injected.masses, masses))


@dataclass(frozen=True)
class MassSpread:
    """How masses come out: bias and spread (GeV) of what stands for an injected particle, in n runs that have it."""

    pid: int
    injected: float
    n: int
    bias: float
    spread: float


def mass_spreads(injected: Mapping[int, float], found: Sequence[ClosureResult]) -> tuple[MassSpread, ...]:
    """Bias and spread of each injected mass; NaN where no run, or for the spread only one, has the particle."""
    out = []
    for pid, mass in injected.items():
        masses = [m for f in found if (m := f.partner[pid]) is not None]
        n = len(masses)
        mean = sum(masses) / n if n else math.nan
        spread = math.sqrt(sum((m - mean) ** 2 for m in masses) / (n - 1)) if n > 1 else math.nan
        out.append(MassSpread(pid, mass, n, mean - mass, spread))
    return tuple(out)
