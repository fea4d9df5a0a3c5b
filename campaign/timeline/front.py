"""Timelines with the defaults of the command line."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from protomodels import run_settings as settings
from protomodels.campaign.timeline.answer import Timeline
from protomodels.campaign.timeline.history import history_of
from protomodels.campaign.timeline.releases import Release, in_order
from protomodels.combiner import Combinability, combinability_for
from protomodels.combiner.checking import remark
from protomodels.database import Storage
from protomodels.database.naming import run_id
from protomodels.errors import ConfigError
from protomodels.files import load_model, model_from_dict
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor, predictor_of
from protomodels.runs import RunConfig
from protomodels.runs.front import opened_storage
from protomodels.runs.hiscores import hiscores_of
from protomodels.scoring import Scorer
from protomodels.scoring.warm import compile_kernels
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of

log = logging.getLogger(__name__)

Model = ProtoModel | str | Path | Mapping[str, Any]
Progress = Callable[[int, int], None]
"""Called with (models done, models in all)."""

BEST = 10
"""So many proto-models of a run are followed."""


def timeline(
    model: Model | None = None,
    *,
    run: str | None = None,
    results: Sequence[str | Path | Predictor],
    policy: str | Policy | None = None,
    regions: str | None = None,
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    best: int = BEST,
    as_given: bool = False,
    label: str = "the model",
    storage: str | Path | Storage | None = None,
    progress: Progress | None = None,
) -> Timeline:
    """K of a model, or of the best of a run, in every release, and what each analysis that came in between did to it.

    Parameters
    ----------
    model: a proto-model, its file, or its plain values; or
    run: id or name of a run, whose best proto-models are followed.
    results: at least two releases, each as for ``evaluate``; sorted by their numbers unless ``as_given``.
    policy, regions, combinable, strict: of the scoring, as for ``evaluate``, the same in all releases; those of the run
        where there is one.
    best: how many proto-models of the run.
    label: what the model is called.
    storage: of the run; path of a file, URL or an open storage, by default the user's.
    progress: called with (models done, models in all).

    Raises
    ------
    ModelError, ResultsError, ConfigError, NotFoundError: naming what is wrong, and what is allowed.
    """
    if (model is None) == (run is None):
        raise ConfigError("model", "both a model and a run" if run else "nothing", "either a model, or a run")
    given = {"policy": policy, "regions": regions, "combinable": combinable, "strict": strict}
    said = [name for name, value in given.items() if value is not None]
    if run is not None and said:
        raise ConfigError(said[0], given[said[0]], f"nothing beside a run: {run} has its own")
    found_in = ""
    table = combinable if isinstance(combinable, Combinability) else _table(combinable)
    if run is None:
        models = [(label, load_model(model))]  # type: ignore[arg-type]  # one of the two is given
        chosen = policy
    else:
        with opened_storage(storage, create=False) as opened:
            run = run_id(opened, run)
            record = opened.get_run(run)
            config = RunConfig.from_json(record.config_json)
            found_in, chosen = config.results, config.scoring()
            table = config.combinability(opened.combinability_table(run))
            stored = hiscores_of(opened, run, [], best)
        models = [(f"proto-model {r.id}", model_from_dict(json.loads(r.model_json))) for r in stored]
        if not models:
            raise ConfigError("run", run, "a run with hiscores: no result sees any of its models")
    if not isinstance(chosen, Policy):
        chosen = policy_of(chosen or settings.POLICY.default, regions or settings.REGIONS.default, strict=strict)
    predictors = in_order([predictor_of(each) for each in results], as_given=as_given)
    for predictor in predictors:
        compile_kernels(predictor, log.warning)
    if table is not None:
        # a table of today names what an old release has not: only what no release has is worth a word
        labels = sorted({label for predictor in predictors for label in predictor.catalog.labels()})
        if unknown := remark(table, labels, "any of these releases"):
            log.warning("combinable: %s", unknown)
    else:
        # one for all, so that releases differ in their results only: the demo's own where it is one of them
        table = combinability_for("demo" if any(p.name == "demo" for p in predictors) else "")
    releases = [Release(Scorer(p, table, chosen)) for p in predictors]
    histories = []
    for number, (name, one) in enumerate(models, start=1):
        histories.append(history_of(one, name, releases))
        if progress is not None:
            progress(number, len(models))
    names, keys = tuple(r.name for r in releases), tuple(r.fingerprint for r in releases)
    return Timeline(names, keys, tuple(r.left_out for r in releases), tuple(histories), found_in)


def _table(combinable: str | Path | None) -> Combinability | None:
    return None if combinable is None else Combinability.from_file(combinable)
