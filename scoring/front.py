"""Evaluating models with the defaults of the command line."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from protomodels.combiner import Combinability, combinability_for
from protomodels.combiner.checking import remark
from protomodels.critic import Critic
from protomodels.errors import ModelError, ProtomodelsError
from protomodels.files import model_from_dict, read_model
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor, predictor_of
from protomodels.predictor.general import Options
from protomodels.production import CrossSections
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.own_parts import RegionStatistic
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.spectrum.files import FileScorer
from protomodels.scoring.spectrum.reading import Read, read_file
from protomodels.scoring.warm import compile_kernels
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of
from protomodels.spectrum import Spectrum

log = logging.getLogger(__name__)

Model = ProtoModel | Mapping[str, Any] | str | Path
"""A proto-model, the plain values of one, or the path of a .json or .slha file."""
AnyModel = Model | Spectrum
"""The same, a spectrum, or the path of a file of any kind."""


def evaluate(
    model: AnyModel,
    results: str | Path | Predictor = "demo",
    *,
    policy: str | Policy = "default",
    regions: str = "best",
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
    options: Options | None = None,
    allow_invalid: bool = False,
) -> Evaluation | Any:
    """What results say of a model: K or Z, what drives it, what holds it back.

    Parameters
    ----------
    model: a :class:`ProtoModel`, the plain values of ``MODEL.json``, a :class:`protomodels.spectrum.Spectrum`, or the
        path of a file: JSON, SLHA or Les Houches events, packed by gzip or not.  A file that brings cross sections is
        scored with these.
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
    options: SModelS's parameters (:class:`protomodels.predictor.general.Options`).  With others than their defaults
        all models are evaluated as spectra.
    allow_invalid: read a point, too, that its generator calls invalid (SPINFO 4).

    Returns
    -------
    An :class:`Evaluation` of a proto-model; a :class:`protomodels.scoring.spectrum.SpectrumEvaluation` of any other.

    Raises
    ------
    ModelError, ResultsError, ConfigError: naming what is wrong, and what is allowed.
    PredictionError: where the model cannot be evaluated.

    >>> evaluation = evaluate({"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}})
    >>> evaluation.parsimony.n_particles, evaluation.mu_max > 0
    (2, True)
    """
    scorer = make_scorer(results, policy, regions, combinable, strict, guards, choose_regions, critic)
    files = FileScorer(scorer, options or Options())
    return files.evaluate(_read_any(model, files.options, allow_invalid))


def evaluate_many(
    models: Iterable[AnyModel],
    results: str | Path | Predictor = "demo",
    *,
    policy: str | Policy = "default",
    regions: str = "best",
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
    options: Options | None = None,
    allow_invalid: bool = False,
    keep_errors: bool = False,
) -> list[Evaluation | Any]:
    """What results say of many models of any kind, in their order.

    All that :func:`evaluate` says of each, in this process, one after the other.  Where a row for each is enough,
    :func:`protomodels.campaign.scan.evaluate_many` makes rows of the same models in worker processes, and
    :func:`protomodels.scan` a table of files.

    Parameters
    ----------
    models: proto-models, plain values, spectra and paths, mixed as they come.
    keep_errors: a model that cannot be evaluated has its error (a ``ProtomodelsError``) in its place, and the others
        are evaluated; else it ends all.
    all others: as for :func:`evaluate`.

    Returns
    -------
    An :class:`Evaluation` of each proto-model, a :class:`protomodels.scoring.spectrum.SpectrumEvaluation` of any other.
    Both have ``K``, ``Z``, ``mu_hat``, ``mu_max``, ``reason``, ``contributions``, ``limits`` and
    ``to_dict(details=True)``.

    Raises
    ------
    ModelError: where ``models`` is a single one.
    ProtomodelsError: as :func:`evaluate`, with a note that says which model it was.

    >>> stop = {"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}
    >>> found = evaluate_many([stop, "nothing.slha"], keep_errors=True)
    >>> found[0].parsimony.n_particles, str(found[1])[:14]
    (2, 'nothing.slha: ')
    """
    if isinstance(models, (str, Path, Mapping, ProtoModel, Spectrum)) or not isinstance(models, Iterable):
        raise ModelError("models", models, "several models, as in a list")
    scorer = make_scorer(results, policy, regions, combinable, strict, guards, choose_regions, critic)
    files = FileScorer(scorer, options or Options())
    found: list[Evaluation | Any] = []
    for place, model in enumerate(models, start=1):
        try:
            found.append(files.evaluate(_read_any(model, files.options, allow_invalid)))
        except ProtomodelsError as error:
            error.add_note(f"model {place} of those given")
            if not keep_errors:
                raise
            found.append(error)
    return found


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


def _read_any(model: AnyModel, options: Options, allow_invalid: bool) -> Read | Spectrum:
    if isinstance(model, Spectrum):
        return model
    if isinstance(model, (ProtoModel, Mapping)):
        return Read(*read(model), None)
    found = read_file(model, options, allow_invalid)
    if found.model is not None:  # of other models the evaluation has them
        for words in found.notes:
            log.warning("%s: %s", model, words)
    return found


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
