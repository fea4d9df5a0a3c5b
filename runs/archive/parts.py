"""What the JSON texts of an archive must look like: the border at which their content is checked."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from protomodels.database import RunState

FORMAT: Final = "protomodels run"
FORMAT_VERSION: Final = 1

Count = Annotated[int, Field(ge=0, lt=2**31)]
Positive = Annotated[int, Field(ge=1, lt=2**31)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Fingerprint = Annotated[str, Field(min_length=1, max_length=128)]
Kind = Annotated[str, Field(max_length=16)]


class Part(BaseModel):
    """A JSON object: these keys, these types, no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ResultsPart(Part):
    """See `protomodels.database.ResultsRecord`."""

    fingerprint: Fingerprint
    name: str
    version: str
    n_analyses: Count
    note: str


class RunPart(Part):
    """``run.json``; see `protomodels.database.RunRecord`."""

    format: Literal["protomodels run"]
    format_version: Literal[1]
    id: Annotated[str, Field(max_length=16)]
    created_at: AwareDatetime
    state: RunState
    reason: str
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    n_walkers: Positive
    n_steps: Positive
    attempt: Count
    stalled: Count
    leased_steps: Annotated[int, Field(ge=0, lt=2**63)]
    versions: dict[str, str]
    results: ResultsPart
    # archives of before runs had names lack these
    name: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


class TransitionPart(Part):
    """See `protomodels.database.TransitionRecord`."""

    at: AwareDatetime
    from_state: RunState | None
    to_state: RunState
    reason: str


class EventPart(Part):
    """See `protomodels.database.EventRecord`."""

    at: AwareDatetime
    level: Literal["info", "warning"]
    message: str


class HistoryPart(Part):
    """``history.json``."""

    transitions: list[TransitionPart]
    log: list[EventPart]


class WalkerPart(Part):
    """An entry of ``walkers.json``; see `protomodels.database.WalkerRecord`."""

    walker: Count
    step: Positive
    state_json: str
    rng_json: str
    best_K: Number | None


class ExchangePart(Part):
    """An entry of ``exchanges.json``; see `protomodels.database.ExchangeRecord`."""

    step: Positive
    walker: Count
    source: Count
    state_json: str
    rng_json: str


class ContributionPart(Part):
    """See `protomodels.database.ContributionRecord`."""

    analysis: str
    region: str | None
    type: Kind
    observed: Number
    expected: Number
    signal: Number
    llr: Number


class LimitPart(Part):
    """See `protomodels.database.LimitRecord`."""

    analysis: str
    region: str | None
    type: Kind
    r_obs: Number
    r_exp: Number | None
    signal: Number


class ProtomodelPart(Part):
    """An entry of ``protomodels.json``; see `protomodels.database.ProtomodelRecord`."""

    walker: Count
    step: Count
    K: Number
    Z: Number
    mu_hat: Number
    mu_max: Number | None
    n_particles: Count
    n_br: Count
    n_ssm: Number
    fingerprint: Fingerprint
    channels: str
    created_at: AwareDatetime
    model_json: str
    verdict: Annotated[str, Field(max_length=32)] | None
    K_without_strongest: Number | None
    judgement: str | None
    contributions: list[ContributionPart]
    limits: list[LimitPart]


WALKERS: Final = TypeAdapter(list[WalkerPart])
EXCHANGES: Final = TypeAdapter(list[ExchangePart])
PROTOMODELS: Final = TypeAdapter(list[ProtomodelPart])
