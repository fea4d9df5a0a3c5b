"""What goes in and out of the API, checked by pydantic."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from database import EventRecord, HiscoreSummary, ProtomodelRecord, RunRecord, StepRecord, WalkerRecord
from protomodels.particles import PARTICLES
from walker.config import MAX_STEPS, MAX_WALKERS


class In(BaseModel):
    """What comes in: unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True)


def _whole(value: Any) -> Any:
    """JSON knows no difference between 5 and 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Seed = Annotated[Whole, Field(ge=0, lt=2**63)]


class UniverseIn(In):
    """The recipe of a universe; see docs/universes.md."""

    seed: Seed | None = 0
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0
    signal: dict[str, Any] | None = None
    strength: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0


class RunIn(In):
    """A run to be queued."""

    results: Annotated[str, Field(max_length=200)] = "demo"
    walkers: Annotated[Whole, Field(ge=1, le=MAX_WALKERS)] = 50
    steps: Annotated[Whole, Field(ge=1, le=MAX_STEPS)] = 1000
    seed: Seed | None = None
    policy: Literal["paper", "default"] = "default"
    regions: Literal["best", "combined"] = "best"
    search: Literal["paper", "refined"] | None = None
    exchange: Annotated[Whole, Field(ge=0, le=MAX_STEPS)] | None = None
    combinable: dict[str, Any] | None = Field(None, description="a combinability table, as the file of --combinable")
    universe: UniverseIn | None = None


class EvaluateIn(In):
    """A proto-model to be scored."""

    model: dict[str, Any] = Field(description="masses, decays, ssmultipliers as in MODEL.json")
    results: Annotated[str, Field(max_length=200)] = "demo"
    policy: Literal["paper", "default"] = "default"
    regions: Literal["best", "combined"] = "best"
    combinable: dict[str, Any] | None = None


class RunOut(Out):
    """A run."""

    id: str
    state: str
    reason: str
    created_at: datetime
    config: dict[str, Any]
    results_fingerprint: str
    seed: int
    n_walkers: int
    n_steps: int
    steps_done: int
    best_K: float | None
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None

    @classmethod
    def of(cls, record: RunRecord) -> RunOut:
        """From what is stored."""
        names = [name for name in cls.model_fields if name not in ("config", "state")]
        values = {name: getattr(record, name) for name in names}
        return cls(**values, config=json.loads(record.config_json), state=str(record.state))


T = TypeVar("T")


class Page(Out, Generic[T]):
    """A part of a list; ``next`` is the cursor of the part after it, null at the end."""

    items: list[T]
    next: str | None = None


class TransitionOut(Out):
    """A change of state."""

    at: datetime
    from_state: str | None
    to_state: str
    reason: str


class RunDetail(RunOut):
    """A run with what happened to it."""

    best_protomodel: int | None
    versions: dict[str, str]
    transitions: list[TransitionOut]


class EventOut(Out):
    """An entry of a run's log."""

    number: int
    at: datetime
    level: str
    message: str

    @classmethod
    def of(cls, number: int, event: EventRecord) -> EventOut:
        """From what is stored."""
        return cls(number=number, at=event.at, level=event.level, message=event.message)


class WalkerOut(Out):
    """Where a walker stands."""

    walker: int
    step: int
    best_K: float | None

    @classmethod
    def of(cls, record: WalkerRecord) -> WalkerOut:
        """From what is stored."""
        return cls.model_validate(record)


class StepOut(Out):
    """A step."""

    step: int
    K: float | None
    Z: float | None
    accepted: bool
    move: str
    n_particles: int

    @classmethod
    def of(cls, record: StepRecord) -> StepOut:
        """From what is stored."""
        return cls.model_validate(record)


class HiscoreOut(Out):
    """A proto-model of a list."""

    id: int
    run: str
    walker: int
    step: int
    K: float
    Z: float
    n_particles: int
    masses: dict[int, float] = Field(description="GeV by pid")
    particles: list[str] = Field(description="names, the heaviest first")

    @classmethod
    def of(cls, record: HiscoreSummary) -> HiscoreOut:
        """From what is stored."""
        heavy = sorted(record.masses, key=lambda pid: -record.masses[pid])
        names = ("id", "run", "walker", "step", "K", "Z", "n_particles")
        values = {name: getattr(record, name) for name in names}
        return cls(**values, masses=dict(record.masses), particles=[PARTICLES[pid].name for pid in heavy])


class ContributionOut(Out):
    """A member of the best combination; ``signal`` is for mu = mu-hat, events or fb."""

    analysis: str
    region: str | None
    type: str
    observed: float
    expected: float
    signal: float
    llr: float


class LimitOut(Out):
    """A limit that holds the model back; r and ``signal`` are for mu = 1."""

    analysis: str
    region: str | None
    type: str
    r_obs: float
    r_exp: float | None
    signal: float


class ProtomodelOut(HiscoreOut):
    """A proto-model with all that explains its score."""

    muhat: float
    mumax: float | None
    n_br: int
    n_ssm: float
    model: dict[str, Any]
    contributions: list[ContributionOut]
    limits: list[LimitOut]

    @classmethod
    def of_record(cls, record: ProtomodelRecord, summary: HiscoreOut) -> ProtomodelOut:
        """From what is stored."""
        return cls(
            **summary.model_dump(),
            muhat=record.muhat,
            mumax=record.mumax,
            n_br=record.n_br,
            n_ssm=record.n_ssm,
            model=json.loads(record.model_json),
            contributions=[ContributionOut.model_validate(c) for c in record.contributions],
            limits=[LimitOut.model_validate(limit) for limit in record.limits],
        )


class EvaluateOut(Out):
    """K and why; null where no result sees the model."""

    K: float | None
    Z: float | None
    muhat: float | None
    mumax: float | None
    n_particles: int
    n_br: int
    n_ssm: float
    combination: list[ContributionOut]
    critic: list[LimitOut]
    seconds: float
    results_fingerprint: str


class ResultsOut(Out):
    """A database of results that was compiled on this machine."""

    name: str
    fingerprint: str
    version: str
    n_analyses: int
    n_maps: int


class AnalysisOut(Out):
    """An analysis of a database."""

    analysis: str
    experiment: str
    sqrts: float
    lumi: float = Field(description="1/fb")
    url: str
    n_regions: int
    topologies: list[str] = Field(description="of its upper-limit maps")


class CampaignOut(Out):
    """Runs that answer one question together."""

    id: str
    kind: str
    created_at: datetime
    config: dict[str, Any]
    runs: dict[int, str] = Field(description="ids by position")
    finished: int
    answer: dict[str, Any] | None = Field(None, description="of a global p-value")


class MetaOut(Out):
    """What this service is."""

    version: str
    storage: str
    versions: dict[str, str]
    schema_revision: str
