"""What goes out of the API, described by pydantic."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from protomodels.campaign.power import PowerPoint
from protomodels.database import EventRecord, HiscoreSummary, ProtomodelRecord, RunRecord, StepRecord, WalkerRecord
from protomodels.particles import PARTICLES


class Out(BaseModel):
    """What goes out."""

    model_config = ConfigDict(from_attributes=True)


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
    universe: int | None = Field(description="number of the data without new physics that it walks on")
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_steps: int

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

    mu_hat: float
    mu_max: float | None
    n_br: int
    n_ssm: float
    fingerprint: str
    channels: str
    created_at: datetime
    model: dict[str, Any]
    contributions: list[ContributionOut]
    limits: list[LimitOut]

    @classmethod
    def of_record(cls, record: ProtomodelRecord, summary: HiscoreOut) -> ProtomodelOut:
        """From what is stored."""
        return cls(
            **summary.model_dump(),
            mu_hat=record.mu_hat,
            mu_max=record.mu_max,
            n_br=record.n_br,
            n_ssm=record.n_ssm,
            fingerprint=record.fingerprint,
            channels=record.channels,
            created_at=record.created_at,
            model=json.loads(record.model_json),
            contributions=[ContributionOut.model_validate(c) for c in record.contributions],
            limits=[LimitOut.model_validate(limit) for limit in record.limits],
        )


class LeftOutOut(Out):
    """An analysis that said nothing, and why."""

    analysis: str
    reason: str


class EvaluateOut(Out):
    """K and why; null where no result sees the model, with the reason."""

    K: float | None
    Z: float | None
    mu_hat: float | None
    mu_max: float | None
    reason: str | None
    n_particles: int
    n_br: int
    n_ssm: float
    combination: list[ContributionOut]
    critic: list[LimitOut]
    left_out: list[LeftOutOut]
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
    finished: int | None = Field(description="how many of its runs; null in lists")
    answer: dict[str, Any] | None = Field(None, description="so far; null in lists")


class PowerPointOut(Out):
    """A closure test as a point of a power curve."""

    campaign: str
    strength: float
    n: int
    reaching: int
    interval_95: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        description="of the probability to reach K"
    )
    complete: int

    @classmethod
    def of(cls, campaign: str, point: PowerPoint) -> PowerPointOut:
        """From what was found."""
        interval = point.interval()
        names = ("strength", "n", "reaching", "complete")
        values = {name: getattr(point, name) for name in names}
        return cls(campaign=campaign, interval_95=[interval.low, interval.high] if point.n else None, **values)


class CourseOut(Out):
    """How a run went: highest K of each walker in parts of the run, and how often moves were accepted."""

    steps: list[int]
    K: list[list[float | None]]
    moves: dict[str, Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(description="proposed, accepted")


class PredictionOut(Out):
    """What one result says of a proto-model, for mu = 1; signals are events, or fb for UL."""

    analysis: str
    region: str
    type: str
    signal: float
    observed: float | None
    expected: float | None
    r_obs: float | None
    r_exp: float | None


class RegionOut(Out):
    """A signal region."""

    region: str
    observed: float
    expected: float
    delta: float


class WhyOut(Out):
    """What a score rests on; null where nothing scorable remains."""

    K: float
    without_particle: dict[str, float | None]
    without_analysis: dict[str, float | None]
    candidates: list[str]
    chosen: list[int] = Field(description="places among the candidates")
    n_legal: int = Field(description="legal combinations that were searched")


class MetaOut(Out):
    """What this service is."""

    version: str
    storage: str
    versions: dict[str, str]
    schema_revision: str
