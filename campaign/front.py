"""Campaigns with the defaults of the command line: ``pvalue``, ``closure`` and ``power``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from protomodels import run_settings as settings
from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_answer import ClosureAnswer
from protomodels.campaign.closure_config import Closure, ClosureConfig
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.power import PowerCurve, power_curve
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import Storage
from protomodels.database.naming import run_id
from protomodels.files import load_model
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor, predictor_of
from protomodels.runs import Execution, RunConfig
from protomodels.runs.front import RunResult, check_callback, opened_storage, results_of
from protomodels.runs.new import new_config

Model = ProtoModel | str | Path | Mapping[str, Any]


def pvalue(
    run: str | RunResult,
    *,
    universes: int = 50,
    seed: int = 1,
    fudge: float = 1.0,
    width: float | None = None,
    bounds: bool = False,
    executor: str = settings.EXECUTOR.default,
    workers: int | None = settings.WORKERS.default,
    storage: str | Path | Storage | None = None,
    on_answer: Callable[[GlobalPValue], None] | None = None,
) -> GlobalPValue:
    """The global p-value of a completed run: its search is repeated on universes without new physics.

    A campaign that was interrupted continues when it is called again with the same arguments.

    Parameters
    ----------
    run: its id or name, or what ``run`` returned.
    universes: how many at most.
    seed: of the first universe and its run; the others follow.
    fudge: factor on the widths of backgrounds and limits when data are drawn; 0.65 in arXiv:2012.12246.
    width: stop where the 95% interval of p is no wider.
    bounds: a universe in which a known proto-model reaches K counts as reaching without being searched.
    executor, workers: ``process`` (all cores), ``inline`` (this process) or ``ray``, and how many at a time.
    storage: path of a file, URL or an open storage; by default that of ``run``, or the user's.
    on_answer: called with each new answer.

    Raises
    ------
    NotFoundError, ConfigError: naming what is wrong, and what is allowed; nothing is stored then.
    KeyboardInterrupt: completed universes are kept.

    >>> from protomodels.runs.front import run
    >>> with opened_storage("sqlite:///:memory:") as storage:
    ...     judged = run("demo", walkers=2, steps=6, seed=21, executor="inline", storage=storage)
    ...     found = pvalue(judged, universes=2, executor="inline", storage=storage)
    >>> found.n, found.wanted
    (2, 2)
    """
    if storage is None and isinstance(run, RunResult):
        storage = run.storage
    name = run.id if isinstance(run, RunResult) else run
    how = Execution(executor, workers)
    check_callback("on_answer", on_answer)
    with opened_storage(storage, create=False) as opened:
        name = run_id(opened, name)
        config = PValueConfig.of_run(
            opened, name, universes=universes, seed=seed, fudge=fudge, width=width, bounds=bounds
        )
        campaign = PValueCampaign.create(opened, config, results_of(opened.get_run(name)))
        return campaign.walk(how, on_answer)


def closure(
    model: Model,
    *,
    kind: str = "technical",
    results: str | Path | Predictor = settings.RESULTS.default,
    runs: int = 10,
    walkers: int = settings.WALKERS.default,
    steps: int = settings.STEPS.default,
    seed: int = 1,
    fudge: float = 1.0,
    strength: float = 1.0,
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
    on_answer: Callable[[ClosureAnswer], None] | None = None,
) -> ClosureAnswer:
    """A closure test: a proto-model is injected into the data, and searched for.

    A campaign that was interrupted continues when it is called again with the same arguments.

    Parameters
    ----------
    model: a proto-model, its file, or its plain values; see ``load_model``.
    kind: ``technical`` (nothing is drawn) or ``physics`` (a universe for each run).
    results: as for ``run``.
    runs, walkers, steps: number of runs, of walkers of each run, and of steps of each walker.
    seed: of the first run, and of its universe; the others follow.
    fudge: factor on the widths of backgrounds and limits when data are drawn; 0.65 in arXiv:2012.12246.
    strength: factor on the cross sections of the injected proto-model.
    policy, regions, combinable, strict, guards, search, exchange, executor, workers, storage: as for ``run``.
    on_answer: called with each new answer.

    Raises
    ------
    ModelError, ResultsError, ConfigError: naming what is wrong, and what is allowed; nothing is stored then.
    PredictionError: where nothing can be predicted for the injected proto-model.
    KeyboardInterrupt: completed runs and steps are kept.
    """
    base, predictor = _search(
        results,
        walkers=walkers,
        steps=steps,
        policy=policy,
        regions=regions,
        combinable=combinable,
        strict=strict,
        guards=guards,
        search=search,
        exchange=exchange,
    )
    config = ClosureConfig.of_search(base, kind, _signal(model), runs=runs, seed=seed, fudge=fudge, strength=strength)
    how = Execution(executor, workers)
    check_callback("on_answer", on_answer)
    with opened_storage(storage) as opened:
        return ClosureCampaign.create(opened, config, predictor).walk(how, on_answer)


def power(
    model: Model,
    *,
    strengths: Sequence[float] = (0.5, 1.0, 2.0),
    critical_K: float = 6.0,
    results: str | Path | Predictor = settings.RESULTS.default,
    runs: int = 10,
    walkers: int = settings.WALKERS.default,
    steps: int = settings.STEPS.default,
    seed: int = 1,
    fudge: float = 1.0,
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
) -> PowerCurve:
    """How often is a proto-model found, against its strength?  A physics closure test for each strength.

    Parameters
    ----------
    strengths: factors on the cross sections of the injected proto-model.
    critical_K: K that calls for attention.
    runs: for each strength.  Other parameters, and errors, as for :func:`closure`.
    """
    base, predictor = _search(
        results,
        walkers=walkers,
        steps=steps,
        policy=policy,
        regions=regions,
        combinable=combinable,
        strict=strict,
        guards=guards,
        search=search,
        exchange=exchange,
    )
    config = ClosureConfig.of_search(base, Closure.PHYSICS, _signal(model), runs=runs, seed=seed, fudge=fudge)
    how = Execution(executor, workers)
    with opened_storage(storage) as opened:
        return power_curve(opened, predictor, config, strengths, critical_K, how)


def _signal(model: Model) -> str:
    return json.dumps(load_model(model).as_dict(), sort_keys=True)


def _search(results: str | Path | Predictor, **choices: Any) -> tuple[RunConfig, Predictor]:
    """The settings that all runs of a campaign share, seed and universe are set for each; and the results."""
    predictor = predictor_of(results)
    return new_config(results if isinstance(results, (str, Path)) else results.name, seed=0, **choices), predictor
