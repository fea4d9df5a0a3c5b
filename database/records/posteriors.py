"""Records of posteriors: chains of a sampler, where they stand, and the sweeps they made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from protomodels.database.records.runs import ResultsRecord
from protomodels.database.states import RunState


@dataclass(frozen=True, slots=True)
class NewPosterior:
    """A posterior to be created.

    Attributes
    ----------
    config_json: all settings that its chains depend on; kept verbatim.
    results: the LHC results.
    n_chains, n_sweeps: number of chains, and of sweeps of each.
    versions: of what the numbers depend on, by package.
    combinability_table: the JSON text of the user's table; None without one. Kept verbatim.
    """

    config_json: str
    results: ResultsRecord
    n_chains: int
    n_sweeps: int
    versions: Mapping[str, str] = field(default_factory=dict)
    combinability_table: str | None = None


@dataclass(frozen=True, slots=True)
class PosteriorRecord:
    """A stored posterior; times are in UTC.

    Attributes
    ----------
    id: ``p`` and eight hexadecimal digits; ids sort by creation.
    config_json, n_chains, n_sweeps, versions: as in `NewPosterior`.
    results_name, results_fingerprint: of the LHC results.
    state, reason: where it stands, and what was said when it came there.
    sweeps_done: by all chains.
    answer_json: what the chains say, as JSON; None until it is kept.
    attempt, runner, heartbeat_at, leased_at: as for a run.
    leased_sweeps: number of sweeps when it was taken up.
    """

    id: str
    created_at: datetime
    config_json: str
    results_name: str
    results_fingerprint: str
    versions: Mapping[str, str]
    state: RunState
    reason: str
    n_chains: int
    n_sweeps: int
    sweeps_done: int
    answer_json: str | None
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_sweeps: int


@dataclass(frozen=True, slots=True)
class SweepsRecord:
    """Consecutive sweeps of one chain, with its state after the last: committed whole or not at all.

    Attributes
    ----------
    first_sweep, n_sweeps: number of the first (a chain begins with 1), and how many there are.
    packed: what they gave, in a form that the storage need not know.
    state_json: the chain after the last of them, its random numbers included; kept verbatim.
    """

    first_sweep: int
    n_sweeps: int
    packed: bytes
    state_json: str


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """Where a chain stands after its last committed sweep: what a resumed one continues from."""

    chain: int
    sweep: int
    state_json: str
