"""What a service answers.  Masses in GeV by pid; signals in events, or fb for upper limits; times in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list; ``next`` is the cursor of the part after it, None at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True)
class RunInfo:
    """A run; ``config`` is what it was made with."""

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
    universe: int | None
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_steps: int


@dataclass(frozen=True)
class Transition:
    """A change of a run's state."""

    at: datetime
    from_state: str | None
    to_state: str
    reason: str


@dataclass(frozen=True)
class RunDetail(RunInfo):
    """A run, the id of its best proto-model, and what happened to it."""

    best_protomodel: int | None
    versions: dict[str, str]
    transitions: list[Transition]


@dataclass(frozen=True)
class LogEntry:
    """An entry of a run's log."""

    number: int
    at: datetime
    level: str
    message: str


@dataclass(frozen=True)
class Event:
    """What a service says of a run while it goes on: ``log`` or ``progress``, with its values."""

    kind: str
    values: dict[str, Any]


@dataclass(frozen=True)
class WalkerInfo:
    """Where a walker stands."""

    walker: int
    step: int
    best_K: float | None


@dataclass(frozen=True)
class Hiscore:
    """A proto-model of a list."""

    id: int
    run: str
    walker: int
    step: int
    K: float
    Z: float
    n_particles: int
    masses: dict[int, float]
    particles: list[str]


@dataclass(frozen=True)
class Contribution:
    """A member of the best combination; ``signal`` is for mu = mu-hat."""

    analysis: str
    region: str | None
    type: str
    observed: float
    expected: float
    signal: float
    llr: float


@dataclass(frozen=True)
class Limit:
    """A limit that holds a proto-model back; r and ``signal`` are for mu = 1."""

    analysis: str
    region: str | None
    type: str
    r_obs: float
    r_exp: float | None
    signal: float


@dataclass(frozen=True)
class Protomodel(Hiscore):
    """A proto-model with all that explains its score."""

    mu_hat: float
    mu_max: float | None
    n_br: int
    n_ssm: float
    fingerprint: str
    channels: str
    created_at: datetime
    model: dict[str, Any]
    contributions: list[Contribution]
    limits: list[Limit]


@dataclass(frozen=True)
class LeftOut:
    """An analysis that said nothing, and why."""

    analysis: str
    reason: str


@dataclass(frozen=True)
class Evaluation:
    """K and why; None where no result sees the model, with the reason."""

    K: float | None
    Z: float | None
    mu_hat: float | None
    mu_max: float | None
    reason: str | None
    n_particles: int
    n_br: int
    n_ssm: float
    combination: list[Contribution]
    critic: list[Limit]
    left_out: list[LeftOut]
    seconds: float
    results_fingerprint: str


@dataclass(frozen=True)
class Prediction:
    """What one result says of a proto-model, for mu = 1."""

    analysis: str
    region: str
    type: str
    signal: float
    observed: float | None
    expected: float | None
    r_obs: float | None
    r_exp: float | None


@dataclass(frozen=True)
class Why:
    """What a score rests on: K without each particle and each analysis; None where nothing scorable remains."""

    K: float
    without_particle: dict[str, float | None]
    without_analysis: dict[str, float | None]
    candidates: list[str]
    chosen: list[int]
    n_legal: int


@dataclass(frozen=True)
class Campaign:
    """A global p-value or a closure test; ``runs`` by position, ``answer`` so far (None in lists)."""

    id: str
    kind: str
    created_at: datetime
    config: dict[str, Any]
    runs: dict[int, str]
    finished: int | None
    answer: dict[str, Any] | None


@dataclass(frozen=True)
class Results:
    """A database of LHC results on the service's machine."""

    name: str
    version: str
    fingerprint: str
    n_analyses: int
    n_maps: int
