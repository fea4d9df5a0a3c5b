"""A storage as after years of use: synthetic steps, and proto-models like those of a walk on the demo results."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, replace

import numpy as np

from protomodels.database import (
    ChunkRecord,
    HiscoreQuery,
    HiscoreRecord,
    NewRun,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    RunState,
    StepRecord,
    Storage,
)
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run, RunConfig

RUNS, OTHERS, WALKERS, STEPS, KEPT = 200, 9800, 50, 100, 11
_MOVES = ("mass", "ssm", "br", "add", "remove")


@dataclass(frozen=True)
class Filled:
    """What lies in it: ids of runs with steps, ids of some proto-models; and how many of each."""

    runs: list[str]
    protomodels: list[int]
    n_runs: int
    n_steps: int
    n_protomodels: int
    seconds: float


def fill(storage: Storage, rng: np.random.Generator) -> Filled:
    """200 runs of 50 x 100 steps with 11 proto-models of each walker, and 9,800 runs without any."""
    start = time.monotonic()
    predictor = load_results("demo")
    pattern = Run.create(storage, RunConfig("demo", 1, 4, 60), predictor)
    pattern.execute(Execution("inline"))
    models = [_as_proposed(model) for model in storage.best_protomodels(HiscoreQuery(run=pattern.id), 20)]
    stored = storage.get_run(pattern.id)
    entry = next(r for r in storage.list_results() if r.fingerprint == stored.results_fingerprint)
    runs = []
    for number in range(RUNS + OTHERS):
        with_steps = number % (1 + OTHERS // RUNS) == 0 and len(runs) < RUNS
        run = storage.create_run(_new_run(stored, number, entry))
        if not with_steps:
            storage.set_state(run, RunState.CANCELLED, "synthetic")
            continue
        storage.set_state(run, RunState.RUNNING)
        chunks = {walker: _chunk(models, rng) for walker in range(WALKERS)}
        storage.commit_chunks(run, chunks, storage.get_run(run).attempt, keep=KEPT)
        storage.set_state(run, RunState.COMPLETED)
        runs.append(run)
    some = [m.id for run in runs[::10] for m in storage.hiscores(HiscoreQuery(run=run, distinct=False), 20)]
    n = sum(len(storage.hiscores(HiscoreQuery(run=run, distinct=False), 10_000)) for run in runs)
    seconds = time.monotonic() - start
    return Filled(runs, some, RUNS + OTHERS + 1, len(runs) * WALKERS * STEPS, n, seconds)


def _new_run(like: RunRecord, number: int, results: ResultsRecord) -> NewRun:
    """A run with the settings of another one, but with its own seed and size."""
    text = json.dumps({**json.loads(like.config_json), "seed": number, "walkers": WALKERS, "steps": STEPS})
    listed = {name: getattr(like, name) for name in ("results_name", "policy", "regions", "search")}
    return NewRun(text, results, number, WALKERS, STEPS, {"protomodels": "synthetic"}, **listed)


def _as_proposed(found: ProtomodelRecord) -> HiscoreRecord:
    """A stored proto-model as a walker proposes it; its fingerprint stands for its channels."""
    names = [name for name in HiscoreRecord.__dataclass_fields__ if name != "channels"]
    return HiscoreRecord(**{name: getattr(found, name) for name in names}, channels=found.fingerprint)


def _chunk(models: list[HiscoreRecord], rng: np.random.Generator) -> ChunkRecord:
    K = np.maximum.accumulate(rng.normal(3.0, 2.0, STEPS))
    steps = [
        StepRecord(n, float(K[n - 1]), 1.5, bool(rng.random() < 0.5), str(rng.choice(_MOVES)), 3, 1.0, 2.0)
        for n in range(1, STEPS + 1)
    ]
    found = []
    for model in rng.choice(len(models), KEPT):
        pattern = models[int(model)]
        masses = {pid: float(mass * rng.uniform(0.7, 1.4)) for pid, mass in pattern.masses.items()}
        text = json.dumps({**json.loads(pattern.model_json), "masses": {str(pid): m for pid, m in masses.items()}})
        step, name = int(rng.integers(1, STEPS + 1)), secrets.token_hex(32)
        given = {"step": step, "K": float(rng.normal(4.0, 2.0)), "masses": masses, "model_json": text}
        found.append(replace(pattern, fingerprint=name, **given))
    return ChunkRecord(1, steps, "{}", "{}", found)
