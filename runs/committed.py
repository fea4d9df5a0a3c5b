"""What a session of a run takes from the storage when it begins, and how it commits chunks through outages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from protomodels.database import (
    ChunkError,
    FencedError,
    Lease,
    PackedChunk,
    PosteriorRecord,
    RunRecord,
    RunState,
    Storage,
    with_retries,
)
from protomodels.runs.config import RunConfig
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Walk


def restored(storage: Storage, run: str, config: RunConfig, walk: Walk) -> dict[int, WalkState]:
    """Where each walker stands: its last commit, or its start."""
    states = {i: walk.start(config.seed, i) for i in range(config.walkers)}
    for record in storage.walker_states(run):
        states[record.walker] = WalkState.from_json(record.state_json, record.rng_json)
    return states


def last_exchange(storage: Storage, run: str, config: RunConfig, states: Mapping[int, WalkState]) -> int:
    """The step of the last exchange that is over, 0 where there was none.

    One at which nobody took over anything left no record; but no walker passes one before it has happened.
    """
    recorded = max((e.step for e in storage.exchanges(run)), default=0)
    furthest = max(state.step for state in states.values())
    passed = max((step for step in config.exchanges if step < furthest), default=0)
    return max(recorded, passed)


def commit(storage: Storage, lease: Lease, records: Mapping[int, PackedChunk], patience: float) -> RunState:
    """Commit chunks, through outages of the storage; returns the state of the run.

    Raises
    ------
    StorageError: as `Storage.commit_chunks`, and where the storage stayed away.
    """
    return through_outages(
        lambda: storage.commit_chunks(lease.run, records, lease.attempt),
        lambda: storage.get_run(lease.run),
        lease,
        patience,
    )


def through_outages(
    commit_once: Callable[[], RunState], found: Callable[[], RunRecord | PosteriorRecord], lease: Lease, patience: float
) -> RunState:
    """Commit what comes next, through outages of the storage; returns the state of the work.

    A connection that breaks during a commit leaves open whether it came through. The attempt and the numbers of what
    was committed decide it: nobody else can have written these under this attempt.

    Parameters
    ----------
    commit_once: tries it.
    found: the record of the work.

    Raises
    ------
    StorageError: as ``commit_once``, and where the storage stayed away.
    """
    tries = 0

    def once() -> RunState:
        nonlocal tries
        tries += 1
        try:
            return commit_once()
        except ChunkError as error:
            if tries == 1 or error.expected <= error.got:
                raise
        record = found()
        if record.attempt != lease.attempt:
            raise FencedError(lease.run, lease.attempt, record.attempt, lease.kind)
        return record.state

    return with_retries(once, patience)
