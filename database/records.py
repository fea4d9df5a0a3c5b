"""What goes into the storage and what comes out: frozen records of plain values.

Nothing here knows walkers or predictors. JSON texts are opaque: they come back as they were given. Cross
sections are in fb, masses in GeV; floats keep their full double precision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from protomodels.database.states import RunState


@dataclass(frozen=True, slots=True)
class ResultsRecord:
    """A database of LHC results that runs were made with; ``fingerprint`` is its identity."""

    fingerprint: str
    name: str
    version: str
    n_analyses: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be created.

    ``config_json``, ``combinability_table`` (the user's JSON file, None without one) and ``universe`` (the recipe of
    the data that are walked on, None for the published ones) are kept verbatim; ``versions`` maps packages to their
    versions.
    """

    config_json: str
    results: ResultsRecord
    seed: int
    n_walkers: int
    n_steps: int
    versions: Mapping[str, str] = field(default_factory=dict)
    combinability_table: str | None = None
    universe: str | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A stored run; times are in UTC.

    Attributes
    ----------
    reason: given with the last transition.
    table_sha256: of the combinability table, see `Storage.combinability_table`; None without one.
    universe: number of the universe whose data are walked on; None for the published data.
    steps_done, best_K: of all walkers.
    attempt: how often the run was taken up; whoever took it up last may write to it.
    runner: who has the lease; None where nobody has.
    heartbeat_at, lease_until: the runner's last sign of life, and when it counts as dead without another one.
    leased_at, leased_steps: when it took the run up, and how many steps there were then.
    stalled: how often in a row the run was taken up after a crash without a single new step.
    """

    id: str
    created_at: datetime
    config_json: str
    results_fingerprint: str
    seed: int
    state: RunState
    reason: str
    n_walkers: int
    n_steps: int
    versions: Mapping[str, str]
    table_sha256: str | None
    universe: int | None
    steps_done: int
    best_K: float | None
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    lease_until: datetime | None
    leased_at: datetime | None
    leased_steps: int
    stalled: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write to a run, until another takes it over: ``attempt`` is its number."""

    run: str
    attempt: int
    runner: str


@dataclass(frozen=True, slots=True)
class TransitionRecord:
    """One change of a run's state; ``from_state`` is None for its creation."""

    at: datetime
    from_state: RunState | None
    to_state: RunState
    reason: str


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """Runs that answer one question together; ``config_json`` says which, ``runs`` are their ids by position.

    ``bounds`` has positions that were not walked: K of a known model there, a lower bound of the best one.
    """

    id: str
    created_at: datetime
    kind: str
    config_json: str
    runs: Mapping[int, str]
    bounds: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A bearer token of the API; ``sha256`` is of its secret, which is not stored. Times are in UTC."""

    id: int
    name: str
    sha256: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something worth telling that happened to a run; ``level`` is info or warning."""

    at: datetime
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class ProgressRecord:
    """How far a run has come: steps of all its walkers, and the best proto-model it holds."""

    steps_done: int
    best_K: float | None
    best_protomodel: int | None


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a walk; the first step of a walker has number 1.

    ``K`` is None while no result sees the walk's model; ``mu_hat`` and ``mu_max`` where the proposal had no score.
    """

    step: int
    K: float | None
    Z: float
    accepted: bool
    move: str
    n_particles: int
    mu_hat: float | None
    mu_max: float | None


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """How a run went, in a few points.

    Attributes
    ----------
    steps: the last step of each part of the run.
    K: for each walker its highest K in each part, None where it has none there.
    moves: by name how often a move was proposed, and how often it was accepted.
    """

    steps: tuple[int, ...]
    K: tuple[tuple[float | None, ...], ...]
    moves: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    """One result of the best combination.

    ``observed``, ``expected`` and ``signal`` are event counts for efficiency maps, cross sections in fb for
    upper limits. ``llr`` is the result's share of the log-likelihood ratio.
    """

    analysis: str
    region: str | None
    type: str
    observed: float
    expected: float
    signal: float
    llr: float


@dataclass(frozen=True, slots=True)
class LimitRecord:
    """One published limit that the critic looked at; ``r_exp`` is None where no expected limit is published."""

    analysis: str
    region: str | None
    type: str
    r_obs: float
    r_exp: float | None
    signal: float


@dataclass(frozen=True, slots=True)
class HiscoreRecord:
    """A proto-model that a walker proposes for the hiscores of its run.

    ``masses`` is the particle content, pid to GeV, by which hiscores are searched; ``channels`` are all decays, in one
    text. Two proto-models with equal channels and masses within 1 GeV are duplicates: of a walker's only the higher K
    stays. ``fingerprint`` is the identity of the exact model. ``mu_max`` is None where no limit holds the model back.
    """

    step: int
    K: float
    Z: float
    mu_hat: float
    mu_max: float | None
    n_particles: int
    n_br: int
    n_ssm: float
    model_json: str
    fingerprint: str
    channels: str
    masses: Mapping[int, float]
    contributions: Sequence[ContributionRecord] = ()
    limits: Sequence[LimitRecord] = ()


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """Consecutive steps of one walker with the state after the last of them: committed whole or not at all."""

    first_step: int
    steps: Sequence[StepRecord]
    walker_state_json: str
    rng_json: str
    hiscores: Sequence[HiscoreRecord] = ()


@dataclass(frozen=True, slots=True)
class PackedChunk:
    """A chunk that was checked and packed (`protomodels.database.packing.pack_chunk`), best where it was computed.

    ``best_K`` is the highest K of its hiscores, not of its steps: a new best is scored once more, as it is stored.
    """

    first_step: int
    n_steps: int
    best_K: float | None
    packed: bytes
    walker_state_json: str
    rng_json: str
    hiscores: Sequence[HiscoreRecord] = ()


@dataclass(frozen=True, slots=True)
class WalkerRecord:
    """Where a walker stands after its last committed chunk: what a resumed walk continues from."""

    walker: int
    step: int
    state_json: str
    rng_json: str
    best_K: float | None


@dataclass(frozen=True, slots=True)
class ExchangeRecord:
    """At the end of ``step`` a walker took over the model of the walker ``source``; its state after that."""

    step: int
    walker: int
    source: int
    state_json: str
    rng_json: str


@dataclass(frozen=True, slots=True)
class HiscoreSummary:
    """One line of a list of hiscores."""

    id: int
    run: str
    walker: int
    step: int
    K: float
    Z: float
    mu_hat: float
    mu_max: float | None
    n_particles: int
    n_br: int
    n_ssm: float
    fingerprint: str
    channels: str
    created_at: datetime
    masses: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class ProtomodelRecord(HiscoreSummary):
    """A stored proto-model with everything that explains its score."""

    model_json: str
    contributions: tuple[ContributionRecord, ...]
    limits: tuple[LimitRecord, ...]


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """A run of a campaign, and the best proto-model that it holds so far; None while it holds none."""

    run: RunRecord
    best: HiscoreSummary | None
