"""One session of a run: chunks out to an executor, and back into the storage.

Which walkers wait and which are at work is decided here; what a chain holds is not.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Final

from protomodels.database import (
    ExchangeRecord,
    Lease,
    RunState,
    Storage,
    with_retries,
)
from protomodels.runs.committed import commit, last_exchange, restored
from protomodels.runs.config import RunConfig
from protomodels.runs.executors import Executor
from protomodels.runs.lease import LeaseKeeper
from protomodels.runs.records import ChunkResult
from protomodels.settings import PATIENCE
from protomodels.walker.exchange import exchange
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Walk

CHUNK_SECONDS: Final = 2.0
"""How long a chunk should take: progress is seen, and lost in a crash, in pieces of about this."""
MAX_CHUNK: Final = 10_000
"""Steps: a limit for steps that cost next to nothing."""
LAST_CHUNK: Final = 100
"""Steps; chunks get smaller towards the end of a run, but no smaller than this."""
LOOK_SECONDS: Final = 1.0
"""How long at most nobody looks whether the run was paused, cancelled or given to another."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    steps, total: steps done by all walkers, and wanted.
    best_K: best of the run so far.
    steps_per_second: of this session, stepping time only.
    """

    steps: int
    total: int
    best_K: float | None
    steps_per_second: float

    @property
    def seconds_left(self) -> float | None:
        """Expected time to the end."""
        return (self.total - self.steps) / self.steps_per_second if self.steps_per_second > 0.0 else None


class RunLoop:
    """Walks of a run from where the storage has them.

    Parameters
    ----------
    on_progress: called after each commit.
    chunk: steps of a chunk; by default as many as take two seconds.
    patience: seconds for which a storage that is away is waited for.
    """

    def __init__(
        self,
        storage: Storage,
        lease: Lease,
        config: RunConfig,
        walk: Walk,
        on_progress: Callable[[Progress], None] | None = None,
        chunk: int | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._storage, self._lease, self._config = storage, lease, config
        self._on_progress, self._chunk, self._fixed = on_progress, chunk or 1, chunk is not None
        self._patience = patience
        self._states = restored(storage, lease.run, config, walk)
        self._exchanges, self._gathers = config.exchanges, config.gathers
        self._exchanged = last_exchange(storage, lease.run, config, self._states)
        self._done_before = self._steps = sum(state.step for state in self._states.values())
        self._best = max((s.best_K for s in self._states.values() if s.best_K is not None), default=None)
        self._at_work: dict[Future[ChunkResult], int] = {}
        self._waiting: deque[int] = deque()
        self._started = time.monotonic()
        self._ended: float | None = None

    def walk(self, executor: Executor[WalkState, ChunkResult], keeper: LeaseKeeper) -> bool:
        """Hand out chunks, the walkers taking turns, until every walk is complete (true) or the run is stopped.

        Raises
        ------
        FencedError, TransitionError: where the run was given to another runner.
        UnavailableError: where the storage was away for too long.
        """
        self._started = time.monotonic()
        self._line_up(self._states)
        try:
            complete = self._rounds(executor, keeper)
        except KeyboardInterrupt:
            while self._at_work:  # what is at work is nearly done: keep it
                self._collect(executor, keeper)
            raise
        self._ended = time.monotonic()
        return complete

    def _rounds(self, executor: Executor[WalkState, ChunkResult], keeper: LeaseKeeper) -> bool:
        while self._waiting or self._at_work:
            if keeper.lost is not None:
                raise keeper.lost
            stopped = keeper.state is not RunState.RUNNING
            if stopped and not self._at_work:
                return False
            while self._waiting and not stopped and len(self._at_work) < executor.in_flight:
                walker = self._waiting.popleft()
                state = self._states[walker]
                n_steps = min(self._chunk, self._goal(state) - state.step)
                self._at_work[executor.submit(state, n_steps)] = walker
            self._collect(executor, keeper)
        short = [i for i, state in self._states.items() if state.step < self._config.steps]
        if short:
            raise RuntimeError(f"walkers {short} wait for an exchange that was not made")
        return True

    def _goal(self, state: WalkState) -> int:
        """The step up to which a walker may go now: the next exchange, or the end."""
        return self._config.next_stop(state.step)

    def _line_up(self, walkers: Iterable[int]) -> None:
        """Let walkers wait for a worker; where all of a run stand at an exchange, it happens first."""
        if len({state.step for state in self._states.values()}) == 1:
            step = next(iter(self._states.values())).step
            if self._exchanged < step and step in self._exchanges:
                self._exchange(step)
                self._exchanged = step
                walkers = self._states
        # one that stands at an exchange that has not happened waits for the others
        free = (i for i in walkers if self._states[i].step < self._config.steps and not self._is_held(self._states[i]))
        self._waiting.extend(sorted(free, key=lambda i: (self._states[i].step, i)))

    def _is_held(self, state: WalkState) -> bool:
        return state.step in self._exchanges and state.step > self._exchanged

    def _exchange(self, step: int) -> None:
        taken = exchange(self._states, self._config.seed, step, self._gathers.get(step))
        adopted = [ExchangeRecord(step, i, source, *state.to_json()) for i, (source, state) in sorted(taken.items())]

        def once() -> None:
            # after a connection that broke: is it there already?
            if not any(done.step == step for done in self._storage.exchanges(self._lease.run)):
                self._storage.exchange(self._lease.run, adopted, self._lease.attempt)

        if adopted:
            with_retries(once, self._patience)
        self._states.update({i: state for i, (_, state) in taken.items()})

    def _collect(self, executor: Executor[WalkState, ChunkResult], keeper: LeaseKeeper) -> None:
        """Commit the chunks that are done, all in one transaction."""
        done, _ = wait(self._at_work, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if not done:
            return
        chunks = {self._at_work.pop(future): future.result() for future in done}
        records = {walker: chunk.record for walker, chunk in chunks.items()}
        keeper.state = commit(self._storage, self._lease, records, self._patience)
        for walker, chunk in chunks.items():
            self._states[walker] = chunk.state
            self._steps += chunk.record.n_steps
            best = chunk.state.best_K
            if best is not None and (self._best is None or best > self._best):
                self._best = best
        self._line_up(chunks)
        progress = self.progress()
        if not self._fixed:
            share = progress.steps_per_second / executor.workers
            # smaller towards the end, where workers would wait for the last one
            left = (progress.total - progress.steps) // (4 * executor.workers)
            self._chunk = max(1, min(MAX_CHUNK, int(CHUNK_SECONDS * share), max(left, LAST_CHUNK)))
        if self._on_progress is not None:
            self._on_progress(progress)

    def progress(self) -> Progress:
        """How far the run has come."""
        elapsed = (self._ended or time.monotonic()) - self._started
        rate = (self._steps - self._done_before) / elapsed if elapsed > 0.0 else 0.0
        return Progress(self._steps, self._config.walkers * self._config.steps, self._best, rate)
