"""One session of a posterior: sweeps out to an executor, and back into the storage."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Final

from protomodels.database import Lease, RunState, Storage, SweepsRecord
from protomodels.runs.committed import through_outages
from protomodels.runs.executors import Executor
from protomodels.runs.lease import LeaseKeeper
from protomodels.runs.loop import CHUNK_SECONDS, LOOK_SECONDS
from protomodels.runs.posterior.config import PosteriorConfig
from protomodels.runs.posterior.sampling import SweepsResult, state_of
from protomodels.settings import PATIENCE
from protomodels.walker.posterior import LadderState, Sampler

MAX_CHUNK: Final = 1000
"""Sweeps: a limit for those that cost next to nothing."""


@dataclass(frozen=True, slots=True)
class SweepsProgress:
    """How far a posterior has come: sweeps of all chains, of how many, and their speed in this session."""

    sweeps: int
    total: int
    sweeps_per_second: float

    @property
    def seconds_left(self) -> float | None:
        """Expected time to the end."""
        return (self.total - self.sweeps) / self.sweeps_per_second if self.sweeps_per_second > 0.0 else None


class ChainLoop:
    """Chains of a posterior from where the storage has them.

    Parameters
    ----------
    on_progress: called after each commit.
    chunk: sweeps between commits; by default as many as take two seconds.
    patience: seconds for which a storage that is away is waited for.
    """

    def __init__(
        self,
        storage: Storage,
        lease: Lease,
        config: PosteriorConfig,
        sampler: Sampler,
        on_progress: Callable[[SweepsProgress], None] | None = None,
        chunk: int | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._storage, self._lease, self._config = storage, lease, config
        self._on_progress, self._chunk, self._fixed = on_progress, chunk or 1, chunk is not None
        self._patience = patience
        self._states: dict[int, LadderState] = {
            r.chain: state_of(r.state_json) for r in storage.chain_states(lease.run)
        }
        for chain in range(config.chains):
            if chain not in self._states:
                self._states[chain] = sampler.start(config.seed, chain)
        self._before = self._sweeps = sum(state.sweep for state in self._states.values())
        self._at_work: dict[Future[SweepsResult], int] = {}
        self._waiting: deque[int] = deque()
        self._started = time.monotonic()

    def sample(self, executor: Executor[LadderState, SweepsResult], keeper: LeaseKeeper) -> bool:
        """Hand out sweeps, the chains taking turns, until all are complete (true) or the posterior is stopped.

        Raises
        ------
        KeyboardInterrupt: what was at work is finished and kept.
        FencedError, TransitionError: where it was given to another runner.
        UnavailableError: where the storage was away for too long.
        """
        self._started = time.monotonic()
        self._line_up(self._states)
        try:
            return self._rounds(executor, keeper)
        except KeyboardInterrupt:
            while self._at_work:
                self._collect(keeper)
            raise

    def progress(self) -> SweepsProgress:
        """How far the posterior has come."""
        elapsed = time.monotonic() - self._started
        rate = (self._sweeps - self._before) / elapsed if elapsed > 0.0 else 0.0
        return SweepsProgress(self._sweeps, self._config.chains * self._config.total, rate)

    def _rounds(self, executor: Executor[LadderState, SweepsResult], keeper: LeaseKeeper) -> bool:
        while self._waiting or self._at_work:
            if keeper.lost is not None:
                raise keeper.lost
            stopped = keeper.state is not RunState.RUNNING
            if stopped and not self._at_work:
                return False
            while self._waiting and not stopped and len(self._at_work) < executor.in_flight:
                chain = self._waiting.popleft()
                state = self._states[chain]
                n = min(self._chunk, self._config.total - state.sweep)
                self._at_work[executor.submit(state, n)] = chain
            self._collect(keeper)
            if not self._fixed:
                share = self.progress().sweeps_per_second / executor.workers
                self._chunk = max(1, min(MAX_CHUNK, int(CHUNK_SECONDS * share)))
        return True

    def _line_up(self, chains: Mapping[int, object]) -> None:
        free = (chain for chain in chains if self._states[chain].sweep < self._config.total)
        self._waiting.extend(sorted(free, key=lambda chain: (self._states[chain].sweep, chain)))

    def _collect(self, keeper: LeaseKeeper) -> None:
        """Commit the sweeps that are done, all in one transaction."""
        done, _ = wait(self._at_work, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if not done:
            return
        found = {self._at_work.pop(future): future.result() for future in done}
        keeper.state = self._commit({chain: result.record for chain, result in found.items()})
        for chain, result in found.items():
            self._states[chain] = result.state
            self._sweeps += result.record.n_sweeps
        self._line_up(found)
        if self._on_progress is not None:
            self._on_progress(self.progress())

    def _commit(self, records: Mapping[int, SweepsRecord]) -> RunState:
        run, attempt = self._lease.run, self._lease.attempt
        return through_outages(
            lambda: self._storage.commit_sweeps(run, records, attempt),
            lambda: self._storage.get_posterior(run),
            self._lease,
            self._patience,
        )
