"""A run of many walks: chunks are computed by an executor and committed to the storage as they come.

The chain of a walker depends on the config, the results and the seed only.  Whatever stops a run, it resumes from
the last committed chunk of each walker and ends with the chains it would have had.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final

from database import NewRun, ResultsRecord, RunState, Storage
from predictor import Predictor
from protomodels.errors import ConfigError, ProtomodelsError
from protomodels.settings import policy
from walker.config import RunConfig, versions
from walker.executors import make_executor
from walker.records import chunk_record
from walker.scoring import Scorer
from walker.state import WalkState
from walker.walk import Chunk, Walk

CHUNK_SECONDS: Final = 2.0
"""How long a chunk should take: progress is seen, and lost in a crash, in pieces of about this."""
MAX_CHUNK: Final = 100


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


class Run:
    """A run in the storage, with what it needs to walk on."""

    def __init__(self, storage: Storage, run_id: str, config: RunConfig, predictor: Predictor) -> None:
        self.id = run_id
        self.config = config
        self._storage = storage
        self.scorer = Scorer(predictor, config.combinability(), policy(config.policy, config.regions))
        self._walk = Walk(self.scorer)

    @classmethod
    def create(cls, storage: Storage, config: RunConfig, predictor: Predictor) -> Run:
        """A new run.

        Raises
        ------
        ConfigError: where the combinability table cannot be read; nothing is stored then.
        """
        config.combinability()
        catalog = predictor.catalog
        results = ResultsRecord(predictor.fingerprint, predictor.name, "", len(catalog.analyses))
        new = NewRun(config.to_json(), results, config.seed, config.walkers, config.steps, versions())
        return cls(storage, storage.create_run(new), config, predictor)

    @classmethod
    def resume(cls, storage: Storage, run_id: str, predictor: Predictor) -> Run:
        """A stored run, with the results it was made with.

        Raises
        ------
        NotFoundError: where there is no such run.
        ConfigError: where the results are not those the run began with.
        """
        record = storage.get_run(run_id)
        if record.results_fingerprint != predictor.fingerprint:
            raise ConfigError(
                "results", predictor.fingerprint, f"the results of {run_id}: {record.results_fingerprint}"
            )
        return cls(storage, record.id, RunConfig.from_json(record.config_json), predictor)

    def execute(
        self,
        executor: str = "inline",
        workers: int | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Progress:
        """Walk to the end.

        On KeyboardInterrupt the chunks at work are finished and kept, the run is left paused, and the interrupt is
        raised again.

        Raises
        ------
        KeyboardInterrupt: paused, resumable.
        ProtomodelsError: the run has failed, or crashed where a worker died; the storage says which.
        """
        self._storage.set_state(self.id, RunState.RUNNING)
        loop = _Loop(self._storage, self.id, self.config, self._walk, on_progress)
        try:
            with make_executor(executor, self._walk, workers) as pool:
                loop.walk(pool.submit, pool.workers)
        except KeyboardInterrupt:
            self._storage.set_state(self.id, RunState.PAUSED, "interrupted")
            raise
        except BrokenProcessPool as error:
            self._storage.set_state(self.id, RunState.CRASHED, "a worker process died")
            raise ProtomodelsError(f"a worker process of run {self.id} died; resume the run to go on") from error
        except Exception as error:
            self._storage.set_state(self.id, RunState.FAILED, f"{type(error).__name__}: {error}")
            raise
        self._storage.set_state(self.id, RunState.COMPLETED)
        return loop.progress()


class _Loop:
    """One session of a run: which walkers wait, which are at work, how fast it goes."""

    def __init__(
        self,
        storage: Storage,
        run_id: str,
        config: RunConfig,
        walk: Walk,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._storage, self._id, self._config, self._walk = storage, run_id, config, walk
        self._on_progress = on_progress
        self._states = self._restored()
        self._done_before = sum(state.step for state in self._states.values())
        self._steps = self._done_before
        self._best = max((s.best_K for s in self._states.values() if s.best_K is not None), default=None)
        self._at_work: dict[Future[Chunk], int] = {}
        self._chunk = 1
        self._started = time.monotonic()

    def _restored(self) -> dict[int, WalkState]:
        states = {i: self._walk.start(self._config.seed, i) for i in range(self._config.walkers)}
        for record in self._storage.walker_states(self._id):
            if record.step > 0:
                states[record.walker] = WalkState.from_json(record.state_json, record.rng_json)
        return states

    def walk(self, submit: Callable[[WalkState, int], Future[Chunk]], workers: int) -> None:
        """Hand out chunks, the walkers taking turns, until every walk is complete."""
        waiting = deque(i for i, state in self._states.items() if state.step < self._config.steps)
        try:
            while waiting or self._at_work:
                while waiting and len(self._at_work) < workers:
                    walker = waiting.popleft()
                    left = self._config.steps - self._states[walker].step
                    self._at_work[submit(self._states[walker], min(self._chunk, left))] = walker
                for walker in self._collect():
                    if self._states[walker].step < self._config.steps:
                        waiting.append(walker)
        except KeyboardInterrupt:
            while self._at_work:  # what is at work is nearly done: keep it
                self._collect()
            raise

    def _collect(self) -> list[int]:
        done, _ = wait(self._at_work, return_when=FIRST_COMPLETED)
        walkers = []
        for future in done:
            walker = self._at_work.pop(future)
            chunk = future.result()
            self._storage.commit_chunk(self._id, walker, chunk_record(chunk))
            self._states[walker] = chunk.state
            self._steps += len(chunk.steps)
            best = chunk.state.best_K
            if best is not None and (self._best is None or best > self._best):
                self._best = best
            walkers.append(walker)
        progress = self.progress()
        share = progress.steps_per_second / max(1, len(self._at_work) + len(walkers))
        self._chunk = min(MAX_CHUNK, max(1, int(CHUNK_SECONDS * share)))
        if self._on_progress is not None:
            self._on_progress(progress)
        return walkers

    def progress(self) -> Progress:
        """How far the run has come."""
        elapsed = time.monotonic() - self._started
        rate = (self._steps - self._done_before) / elapsed if elapsed > 0.0 else 0.0
        return Progress(self._steps, self._config.walkers * self._config.steps, self._best, rate)
