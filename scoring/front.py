"""Evaluating models with the defaults of the command line."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from protomodels.combiner import Combinability, combinability_for
from protomodels.combiner.checking import remark
from protomodels.critic import Critic
from protomodels.errors import ModelError
from protomodels.files import model_from_dict, read_model
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor, predictor_of
from protomodels.production import CrossSections
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.own_parts import RegionStatistic
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.warm import compile_kernels
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of

log = logging.getLogger(__name__)

Model = ProtoModel | Mapping[str, Any] | str | Path
"""A proto-model, the plain values of one, or the path of a .json or .slha file."""


def evaluate(
    model: Model,
    results: str | Path | Predictor = "demo",
    *,
    policy: str | Policy = "default",
    regions: str = "best",
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
) -> Evaluation:
    """What results say of a proto-model: K, what drives it, what holds it back.

    Parameters
    ----------
    model: a :class:`ProtoModel`, the plain values of ``MODEL.json``, or the path of a ``.json`` or ``.slha`` file.  An
        SLHA file that brings cross sections is scored with these.
    results: ``demo``, the path of a SModelS text database or its ``.tar.xz`` (compiled once), the name of one compiled
        before, or what ``load_results`` gave.
    policy: ``default``, ``paper`` (arXiv:2012.12246), or a :class:`Policy`.
    regions: ``best``: one signal region of each analysis; ``combined``: all of them, where their correlations are
        published.  A :class:`Policy` has its own.
    combinable: table of analyses that may be combined; the rules without one (for the demo its own table).
    strict: refuse to combine analyses that are known to share events, whatever the table says; None for what the policy
        does (``default`` refuses, ``paper`` does not).  A :class:`Policy` has its own.
    guards: against artefacts: a log-normal prior on multipliers, results at the edges of their maps do not count,
        charginos that LEP excludes have no K, and searches keep nothing that stands on exact masses; None for what the
        policy does (``default`` guards, ``paper`` does not).
        A :class:`Policy` has its own.
    choose_regions, critic: of one's own, instead of the policy's.

    Raises
    ------
    ModelError, ResultsError, ConfigError: naming what is wrong, and what is allowed.
    PredictionError: where the model cannot be evaluated.

    >>> evaluation = evaluate({"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}})
    >>> evaluation.parsimony.n_particles, evaluation.mu_max > 0
    (2, True)
    """
    scorer = make_scorer(results, policy, regions, combinable, strict, guards, choose_regions, critic)
    return scorer.evaluate(*read(model))


def evaluate_many(
    models: Iterable[Model],
    results: str | Path | Predictor = "demo",
    *,
    policy: str | Policy = "default",
    regions: str = "best",
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
) -> list[Evaluation]:
    """The same of many models, in their order; parameters and errors as for :func:`evaluate`."""
    if isinstance(models, (str, Path, Mapping, ProtoModel)) or not isinstance(models, Iterable):
        raise ModelError("models", models, "several proto-models, as in a list")
    scorer = make_scorer(results, policy, regions, combinable, strict, guards, choose_regions, critic)
    return [scorer.evaluate(*read(model)) for model in models]


def make_scorer(
    results: str | Path | Predictor = "demo",
    policy: str | Policy = "default",
    regions: str = "best",
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
) -> Scorer:
    """What :func:`evaluate` evaluates with; parameters and errors as there."""
    chosen = policy if isinstance(policy, Policy) else policy_of(policy, regions, strict=strict, guards=guards)
    table = combinable
    if not isinstance(table, Combinability):  # before the results, which may take minutes
        name = str(results) if isinstance(results, (str, Path)) else predictor_of(results).name
        table = combinability_for(name, None if table is None else str(table))
    predictor = predictor_of(results)
    compile_kernels(predictor, log.warning)
    if combinable is not None:
        said = remark_on(table, predictor)
        if said:
            log.warning("combinable: %s", said)
    return Scorer(predictor, table, chosen, choose_regions=choose_regions, critic=critic)


def remark_on(table: Combinability, predictor: Predictor) -> str:
    """A sentence on labels of a table that match nothing in some results; empty where all do."""
    return remark(table, predictor.catalog.labels(), predictor.name)


def read(model: Model) -> tuple[ProtoModel, CrossSections | None]:
    """A proto-model, and its cross sections where its file brings them.

    Raises
    ------
    ModelError: naming what is wrong with it.
    """
    if isinstance(model, ProtoModel):
        return model, None
    if isinstance(model, Mapping):
        return model_from_dict(model), None
    return read_model(model)
