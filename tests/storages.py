"""What tests of the storage share: kinds of storage, and records to put into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from protomodels.database import (
    HISCORES_KEPT,
    ChunkRecord,
    HiscoreQuery,
    HiscoreRecord,
    HiscoreSummary,
    NewRun,
    ResultsRecord,
    RunState,
    StepRecord,
    Storage,
    open_storage,
)

BACKENDS: Final = ("sqlite file", "sqlite memory", "postgresql")
"""Kinds of storage."""

Chains = dict[str, Any]
"""All that a storage holds of the walks of a run."""

DEMO: Final = ResultsRecord("f" * 64, "demo", "1.0", 40, "a note")
CONFIG: Final = '{"b": 1,  "a": [1.0, 1e-300],\n "µ": "\\u00e9 é"}\n'
WAY_TO: Final = {
    "queued": "",
    "running": "running",
    "paused": "running paused",
    "cancelling": "running cancelling",
    "cancelled": "cancelled",
    "completed": "running completed",
    "failed": "running failed",
    "crashed": "running crashed",
}


def new_run(**changes: Any) -> NewRun:
    return replace(NewRun(CONFIG, DEMO, 7, 4, 1000, {"numpy": "2.0", "python": "3.12"}), **changes)


def commit(storage: Storage, run: str, walker: int, chunk: ChunkRecord, keep: int = HISCORES_KEPT) -> RunState:
    """Commit as whoever has the run."""
    return storage.commit_chunks(run, {walker: chunk}, storage.get_run(run).attempt, keep=keep)


def started(storage: Storage, **changes: Any) -> str:
    """A run that takes chunks."""
    run = storage.create_run(new_run(**changes))
    storage.set_state(run, "running")
    return run


def brought_to(storage: Storage, state: str) -> str:
    """A new run in this state."""
    run = storage.create_run(new_run())
    for step in WAY_TO[state].split():
        storage.set_state(run, step)
    return run


def a_step(number: int, **changes: Any) -> StepRecord:
    return replace(StepRecord(number, number / 7, 1.5, True, "mass", 3, 1.25, 2.5), **changes)


def a_chunk(first: int, size: int = 2, hiscores: Sequence[HiscoreRecord] = ()) -> ChunkRecord:
    """Steps whose state tells where they end."""
    last = first + size - 1
    steps = [a_step(number) for number in range(first, last + 1)]
    return ChunkRecord(first, steps, f'{{"at": {last}}}', f'{{"rng": {last}}}', hiscores)


def a_hiscore(fingerprint: str, K: float, **changes: Any) -> HiscoreRecord:
    model = HiscoreRecord(1, K, 2.0, 1.0, 3.0, 2, 4, 6.0, "{}", fingerprint, fingerprint, {1000022: 100.0})
    return replace(model, **changes)


def names_and_scores(models: Sequence[HiscoreSummary]) -> list[tuple[str, float]]:
    return [(model.fingerprint, model.K) for model in models]


def contents(storage: Storage, run: str) -> tuple[object, ...]:
    """All that a chunk may change."""
    walkers = storage.walker_states(run)
    steps = [storage.steps(run, walker) for walker in range(4)]
    kept = storage.hiscores(HiscoreQuery(run=run, distinct=False), limit=1000)
    models = [storage.protomodel(model.id) for model in kept]
    return walkers, steps, models, storage.progress(run), storage.get_run(run), storage.transitions(run)


def chains(url: str, run: str) -> Chains:
    """Everything that the storage holds of a run's walks, but for ids and times."""
    with open_storage(url) as storage:
        walkers = storage.walker_states(run)
        kept = storage.hiscores(HiscoreQuery(run=run, distinct=False), limit=1000)
        models = [storage.protomodel(h.id) for h in kept]
        return {
            "walkers": [(w.walker, w.step, w.state_json, w.rng_json, w.best_K) for w in walkers],
            "steps": [repr(storage.steps(run, w.walker)) for w in walkers],
            "hiscores": [(m.K, m.walker, m.step, m.model_json, m.contributions, m.limits) for m in models],
        }
