"""Runs with the defaults of the command line, and what they found."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from protomodels import run_settings as settings
from protomodels.critic import Critic
from protomodels.database import Labels, RunRecord, RunState, Storage, TraceRecord, default_url, open_storage
from protomodels.database.naming import run_id
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor, load_results, predictor_of
from protomodels.results.archive import is_there
from protomodels.runs.config import Execution, RunConfig
from protomodels.runs.extensions import Extensions
from protomodels.runs.hiscores import Hiscores, hiscores_of
from protomodels.runs.loop import Progress
from protomodels.runs.new import new_config
from protomodels.runs.progress import ProgressDisplay
from protomodels.runs.run import Run
from protomodels.scoring import RegionStatistic
from protomodels.scoring.warm import compile_kernels
from protomodels.tables import Report
from protomodels.walker.moves import Move

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunResult:
    """A run that was walked to its end.

    Attributes
    ----------
    id: of the run in its storage.
    state: ``completed``, or what others asked for meanwhile (``paused``, ``cancelled``).
    storage: where it is kept.
    best_K: highest K; None where no result sees any of its models.
    steps: of all walkers.
    steps_per_second: stepping time only.
    hiscores: the best proto-models, the highest K first.
    trace: K of the walkers against their steps.
    """

    id: str
    state: str
    storage: str
    best_K: float | None
    steps: int
    steps_per_second: float
    hiscores: Hiscores
    trace: TraceRecord

    def to_dict(self) -> dict[str, object]:
        """As plain values, with the names of ``protomodels run --format json``."""
        return {
            "run": self.id,
            "state": self.state,
            "best_K": self.best_K,
            "best_protomodel": self.hiscores[0].id if self.hiscores else None,
            "steps": self.steps,
            "steps_per_second": self.steps_per_second,
        }

    def __str__(self) -> str:
        best = "no K" if self.best_K is None else f"best K {self.best_K:.3f}"
        return f"run {self.id} ({self.state}): {self.steps} steps, {best}"

    def __repr__(self) -> str:
        return f"<RunResult {self}>"

    def _repr_html_(self) -> str:
        return Report(str(self), (("storage", self.storage),), (self.hiscores.table(),)).html()


def run(
    results: str | Path | Predictor = settings.RESULTS.default,
    *,
    walkers: int = settings.WALKERS.default,
    steps: int = settings.STEPS.default,
    seed: int | None = settings.SEED.default,
    policy: str = settings.POLICY.default,
    regions: str = settings.REGIONS.default,
    combinable: str | Path | None = settings.COMBINABLE.default,
    strict: bool | None = settings.STRICT.default,
    guards: bool | None = settings.GUARDS.default,
    search: str | None = settings.SEARCH.default,
    exchange: int | None = settings.EXCHANGE.default,
    executor: str = settings.EXECUTOR.default,
    workers: int | None = settings.WORKERS.default,
    storage: str | Path | Storage | None = None,
    moves: Sequence[Move] = (),
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
    progress: bool | Callable[[Progress], None] | None = None,
    name: str | None = None,
    note: str = "",
    tags: Sequence[str] = (),
) -> RunResult:
    """Walk: many walkers climb towards proto-models of high K; their hiscores are stored.

    Parameters
    ----------
    results: ``demo``, the path of a SModelS text database or an archive of it, the name of a fetched release or of one
        compiled before, or what ``load_results`` gave.
    walkers, steps: number of walks, and steps of each.
    seed: of all random numbers; a new one by default.
    policy, regions, combinable, strict, guards: of the scoring; see :func:`protomodels.scoring.evaluate`.
    search: ``paper`` (its moves) or ``refined`` (ours); by default the policy's.
    exchange: steps between restarts of the worst walks from the best, 0 for never; by default the search's own.
    executor, workers: ``process`` (all cores), ``inline`` (this process) or ``ray``, and how many at a time.
    storage: path of a file, URL or an open storage; by default the user's.
    moves, choose_regions, critic: of one's own.  The run keeps their names, and goes on with the same only.
    progress: show it on standard error (by default where that is a terminal), or what to call with it.
    name, note, tags: what the run is called; by its name it is found again, so each names one run of a storage.

    Raises
    ------
    ResultsError, ConfigError: naming what is wrong, and what is allowed; nothing is stored then.
    KeyboardInterrupt: the run is left paused and resumable.

    >>> done = run("demo", walkers=1, steps=2, seed=1, executor="inline", storage="sqlite:///:memory:")
    >>> done.state, done.steps
    ('completed', 2)
    """
    predictor = predictor_of(results)
    compile_kernels(predictor, log.warning)
    config = new_config(
        results if isinstance(results, (str, Path)) else results.name,
        walkers=walkers,
        steps=steps,
        seed=seed,
        policy=policy,
        regions=regions,
        combinable=combinable,
        strict=strict,
        guards=guards,
        search=search,
        exchange=exchange,
    )
    how, own = Execution(executor, workers), Extensions(moves, choose_regions, critic)
    check_callback("progress", None if isinstance(progress, bool) else progress)
    with opened_storage(storage) as opened:
        begun = Run.create(opened, config, predictor, extensions=own, labels=Labels(name, note, tuple(tags)))
        return _executed(opened, begun, how, progress)


def resume(
    run: str,
    *,
    executor: str = settings.EXECUTOR.default,
    workers: int | None = settings.WORKERS.default,
    storage: str | Path | Storage | None = None,
    moves: Sequence[Move] = (),
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
    progress: bool | Callable[[Progress], None] | None = None,
) -> RunResult:
    """Go on with a run that was interrupted; it ends as if it had not been.

    Parameters
    ----------
    run: its id or name.  Parts of its search that were the user's own have to be given again.  Others as for `run`.

    Raises
    ------
    NotFoundError: where there is no such run.
    ConfigError: where its results, its search or parts of it are not at hand.
    TransitionError: where another runner is at work on it, or it is complete.
    """
    how, own = Execution(executor, workers), Extensions(moves, choose_regions, critic)
    check_callback("progress", None if isinstance(progress, bool) else progress)
    with opened_storage(storage, create=False) as opened:
        run = run_id(opened, run)
        begun = Run.resume(opened, run, results_of(opened.get_run(run)), own)
        return _executed(opened, begun, how, progress)


def hiscores(
    storage: str | Path | Storage | None = None,
    *,
    run: str | None = None,
    particle: str | int | Sequence[str | int] = (),
    limit: int = 20,
) -> Hiscores:
    """The best proto-models that runs have found, the highest K first.

    Parameters
    ----------
    storage: path of a file, URL or an open storage; by default the user's.
    run: of this run only: its id or name, or ``latest``.
    particle: with this particle, or all of these: ``X_t1`` or its pid.
    limit: how many.

    Raises
    ------
    NotFoundError: where there is no such run.
    ModelError: where there is no such particle.
    StorageError: where a storage that is named does not exist; none is made.
    """
    if isinstance(particle, str) or not isinstance(particle, Sequence):
        particle = (particle,)
    with opened_storage(storage, create=False) as opened:
        return hiscores_of(opened, None if run is None else run_id(opened, run), particle, limit)


def results_of(record: RunRecord) -> Predictor:
    """The results that a run was made with, wherever they are on this machine.

    Raises
    ------
    ResultsError: where they are not.
    """
    results = RunConfig.from_json(record.config_json).results
    given = results == "demo" or is_there(results)
    return load_results(results if given else record.results_fingerprint)


@contextmanager
def opened_storage(storage: str | Path | Storage | None, *, create: bool = True) -> Iterator[Storage]:
    """A storage by its path or URL, or the user's; one that is open already stays so.

    Parameters
    ----------
    create: make the storage that is named where there is none; the user's is always made.

    Raises
    ------
    ConfigError, StorageError: as ``open_storage``.
    """
    if isinstance(storage, Storage):
        yield storage
        return
    with open_storage(default_url() if storage is None else storage, create=create or storage is None) as opened:
        yield opened


def check_callback(field: str, value: object) -> None:
    """Refuse what is to be called and cannot be.

    Raises
    ------
    ConfigError: naming the field.
    """
    if value is not None and not callable(value):
        raise ConfigError(field, value, "a function with one argument")


def _executed(
    storage: Storage, run: Run, how: Execution, progress: bool | Callable[[Progress], None] | None
) -> RunResult:
    display = None
    if progress is True or (progress is None and sys.stderr.isatty()):
        display = ProgressDisplay()
    done = run.execute(how, display if progress is None or isinstance(progress, bool) else progress)
    if display is not None:
        display.finish()
    state: RunState = storage.get_run(run.id).state
    best, found = storage.progress(run.id).best_K, hiscores_of(storage, run.id, [], 20)
    trace = storage.trace(run.id)
    return RunResult(run.id, str(state), storage.url, best, done.steps, done.steps_per_second, found, trace)
