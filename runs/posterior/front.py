"""Posteriors with the defaults of the command line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from protomodels import run_settings as settings
from protomodels.database import PosteriorRecord, RunState, Storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor, load_results, predictor_of
from protomodels.results.archive import is_there
from protomodels.runs.config import Execution
from protomodels.runs.front import check_callback, opened_storage
from protomodels.runs.new import absolute_results, drawn_seed, table_sha256
from protomodels.runs.posterior.answer import PosteriorAnswer
from protomodels.runs.posterior.config import PosteriorConfig
from protomodels.runs.posterior.loop import SweepsProgress
from protomodels.runs.posterior.run import PosteriorRun
from protomodels.runs.progress import LiveLine, bar_of, clock_of
from protomodels.scoring.warm import compile_kernels
from protomodels.universes import Universe

log = logging.getLogger(__name__)


def posterior(
    results: str | Path | Predictor = settings.RESULTS.default,
    *,
    target: str = settings.TARGET.default,
    critic: str = settings.CRITIC.default,
    prior_only: bool = False,
    chains: int = settings.CHAINS.default,
    sweeps: int = settings.SWEEPS.default,
    warm_up: int = settings.WARM_UP.default,
    rungs: int = settings.RUNGS.default,
    thin: int = settings.THIN.default,
    moves: int = settings.MOVES.default,
    prior: Mapping[str, Any] | None = None,
    seed: int | None = settings.SEED.default,
    policy: str = settings.POLICY.default,
    regions: str = settings.REGIONS.default,
    combinable: str | Path | None = settings.COMBINABLE.default,
    strict: bool | None = settings.STRICT.default,
    guards: bool | None = settings.GUARDS.default,
    universe: Universe | None = None,
    executor: str = settings.EXECUTOR.default,
    workers: int | None = settings.WORKERS.default,
    storage: str | Path | Storage | None = None,
    progress: bool | Callable[[SweepsProgress], None] | None = None,
) -> PosteriorAnswer:
    """Sample a posterior over proto-models of any content, and say what it holds; read ``converged`` first.

    Parameters
    ----------
    results: as for :func:`protomodels.run`.
    target: ``expected`` or ``best``: whose likelihood counts, see :class:`PosteriorConfig`.
    critic: ``wall``: models that break a published limit have the likelihood 0; ``none``.
    prior_only: leave the data out.
    chains, sweeps, warm_up: number of chains; sweeps of each that count, and of those before them.
    rungs, thin, moves: temperatures of each chain; which sweeps are kept; proposals at each temperature in a sweep.
    prior: widths and weights that are not the default ones, by name, of
        :class:`protomodels.walker.posterior.PriorConfig`.
    seed: of all random numbers; a new one by default.
    policy, regions, combinable, strict, guards: of the scoring.
    universe: pseudo-data instead of the published ones.
    executor, workers, storage, progress: as for :func:`protomodels.run`.

    Raises
    ------
    ResultsError, ConfigError: naming what is wrong, and what is allowed; nothing is stored then.
    KeyboardInterrupt: it is left paused and resumable.

    >>> found = posterior("demo", prior_only=True, chains=2, sweeps=20, warm_up=0, seed=1, executor="inline",
    ...                   storage="sqlite:///:memory:")
    >>> found.converged, found.reasons[0]
    (False, '2 chains, 4 are needed')
    """
    predictor = predictor_of(results)
    config = new_config(
        results if isinstance(results, (str, Path)) else results.name,
        seed=seed,
        combinable=combinable,
        target=target,
        critic=critic,
        prior_only=prior_only,
        chains=chains,
        sweeps=sweeps,
        warm_up=warm_up,
        rungs=rungs,
        thin=thin,
        moves=moves,
        prior=prior or {},
        policy=policy,
        regions=regions,
        strict=strict,
        guards=guards,
        universe=universe,
    )
    how = Execution(executor, workers)
    check_callback("progress", None if isinstance(progress, bool) else progress)
    if not prior_only:
        compile_kernels(predictor, log.warning)
    with opened_storage(storage) as opened:
        run = PosteriorRun.create(opened, config, predictor)
        shown = SweepsDisplay() if progress is True or (progress is None and sys.stderr.isatty()) else None
        run.execute(how, shown if progress is None or isinstance(progress, bool) else progress)
        if shown is not None:
            shown.finish()
        return run.answer()


def new_config(
    results: str | Path, *, seed: int | None = None, combinable: str | Path | None = None, **given: Any
) -> PosteriorConfig:
    """The config of a new posterior: paths made absolute, the seed drawn, the table's content noted.

    Parameters
    ----------
    given: further fields of :class:`PosteriorConfig`.

    Raises
    ------
    ConfigError: naming the field; also where the table cannot be read.
    """
    table = None if combinable is None else str(combinable)
    return PosteriorConfig(
        results=absolute_results(results),
        seed=drawn_seed(seed),
        combinable=table,
        combinable_sha256=table_sha256(table),
        **given,
    )


def results_name(record: PosteriorRecord) -> str:
    """What finds the results of a stored posterior, wherever they are on this machine."""
    results = PosteriorConfig.from_json(record.config_json).results
    return results if results == settings.RESULTS.default or is_there(results) else record.results_fingerprint


def stored_answer(storage: Storage, identity: str, load: Callable[[str], Predictor] = load_results) -> PosteriorAnswer:
    """What the chains of a stored posterior say; of one that is not complete, what they say so far.

    Parameters
    ----------
    load: gives the results of a name, where the answer was not kept yet.

    Raises
    ------
    NotFoundError: where there is no such posterior, or a chain is not beyond the warm-up.
    ConfigError: where one that failed or was cancelled left nothing to be answered from.
    """
    record = storage.get_posterior(identity)
    if record.answer_json is not None:
        return PosteriorAnswer.from_json(record.answer_json)
    if record.state is RunState.FAILED:
        raise ConfigError("posterior", identity, f"one that has not failed ({record.reason})")
    return PosteriorRun.resume(storage, identity, load(results_name(record))).answer()


class SweepsDisplay(LiveLine):
    """Call it with each :class:`SweepsProgress`."""

    def __call__(self, progress: SweepsProgress) -> None:
        """Show how far the posterior has come."""
        self.show(lambda: sweeps_line(progress), done=progress.sweeps >= progress.total)


def sweeps_line(progress: SweepsProgress) -> str:
    """Sweeps, speed, time left.

    >>> sweeps_line(SweepsProgress(200, 800, 10.0))
    '[#####               ]  200/800 sweeps  10.0 sweeps/s  1:00 left'
    """
    bar = bar_of(progress.sweeps, progress.total, "sweeps")
    return f"{bar}  {progress.sweeps_per_second:.1f} sweeps/s{clock_of(progress.seconds_left)}"
