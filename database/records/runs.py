"""Records of runs: what is asked for, what is stored, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from protomodels.database.records.labels import Labels
from protomodels.database.states import RunState


@dataclass(frozen=True, slots=True)
class ResultsRecord:
    """A database of LHC results that runs were made with.

    Attributes
    ----------
    fingerprint: its identity: equal results have equal fingerprints, whatever they are called.
    name, version: what it is called, such as ``demo`` or ``official``.
    n_analyses: number of analyses in it.
    note: free text.
    """

    fingerprint: str
    name: str
    version: str
    n_analyses: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be created.

    Attributes
    ----------
    config_json: all its settings; kept verbatim. What lists show of them is repeated in the fields from
        ``results_name`` on, so that nobody has to look into the text.
    results: the LHC results that it is made with.
    seed: from 0 to 2^63 - 1.
    n_walkers, n_steps: number of walkers, and of the steps of each.
    versions: of the packages that its numbers depend on, by name.
    combinability_table: the JSON text of the user's table; None without one. Kept verbatim.
    universe: the recipe of the data that are walked on, as JSON text; None for the published data. Kept verbatim.
    results_name: of the results, such as ``demo`` or ``smodels-3.0.0``.
    policy, regions, search: settings of the search; None where they are not known.
    universe_seed: seed of the universe; None for the published data, or where nothing is drawn.
    labels: what people call it.
    """

    config_json: str
    results: ResultsRecord
    seed: int
    n_walkers: int
    n_steps: int
    versions: Mapping[str, str] = field(default_factory=dict)
    combinability_table: str | None = None
    universe: str | None = None
    results_name: str | None = None
    policy: str | None = None
    regions: str | None = None
    search: str | None = None
    universe_seed: int | None = None
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A stored run; times are in UTC.

    Attributes
    ----------
    id: ``r`` and eight hexadecimal digits; ids sort by creation.
    config_json, seed, n_walkers, n_steps, versions: as in `NewRun`.
    results_fingerprint: of the results that it is made with, see `ResultsRecord`.
    state, reason: where the run stands, and what was said when it came there.
    table_sha256: of the combinability table, see `Storage.combinability_table`; None without one.
    universe: number of the universe whose data are walked on; None for the published data.
    steps_done, best_K: number of steps of all walkers together, and their highest K; None while none has one.
    attempt: how often the run was taken up; whoever took it up last may write to it.
    runner: who has the lease; None where nobody has.
    heartbeat_at, lease_until: the runner's last sign of life, and when it counts as dead without another one.
    leased_at, leased_steps: when it took the run up, and how many steps there were then.
    stalled: how often in a row the run was taken up after a crash without a single new step.
    results_name, policy, regions, search, universe_seed: as in `NewRun`.
    name, note, tags: as in `Labels`; tags in alphabetical order.
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
    results_name: str | None = None
    policy: str | None = None
    regions: str | None = None
    search: str | None = None
    universe_seed: int | None = None
    name: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write to a run until another runner takes it over; ``attempt`` is the number of the lease.

    ``kind`` is ``batch`` where ``run`` is the id of a batch.
    """

    run: str
    attempt: int
    runner: str
    kind: str = "run"


@dataclass(frozen=True, slots=True)
class TransitionRecord:
    """One change of a run's state, in UTC; ``from_state`` is None for its creation."""

    at: datetime
    from_state: RunState | None
    to_state: RunState
    reason: str


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An entry in the log of a run, in UTC; ``level`` is ``info`` or ``warning``."""

    at: datetime
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class ProgressRecord:
    """How far a run has come.

    Attributes
    ----------
    steps_done: number of steps of all its walkers together.
    best_K: K of its best proto-model; None while it holds none.
    best_protomodel: the id of that one.
    """

    steps_done: int
    best_K: float | None
    best_protomodel: int | None
