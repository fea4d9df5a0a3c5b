"""Which pictures there are of what is stored."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.api.memory import Memory
from protomodels.api.results import Results
from protomodels.campaign.closure import ClosureConfig, closure_answer
from protomodels.campaign.pvalue import KIND, pvalue_answer
from protomodels.combiner import combinability_for
from protomodels.database import ContributionRecord, ProtomodelRecord, Storage
from protomodels.errors import NotFoundError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.plots.climb import walkers_figure
from protomodels.plots.densities import density_figure
from protomodels.plots.figure import Figure
from protomodels.plots.kinds import Kind
from protomodels.plots.protomodels import (
    Bound,
    Share,
    contribution_figure,
    decay_figure,
    limit_figure,
    spectrum_figure,
)
from protomodels.plots.scans import scan_figure
from protomodels.plots.scoring import combination_figure, likelihood_figure, table_figure, without_figure
from protomodels.plots.spectra import closure_figure
from protomodels.results.catalog import result_type
from protomodels.runs import RunConfig
from protomodels.runs.run import scorer_of
from protomodels.scoring.explanation import Explanation, explain
from protomodels.scoring.scans import mass_scan
from protomodels.scoring.scorer import Scorer

_KEPT: Final = 200
_POINTS: Final = 31


_WITH_RESULTS: Final[dict[Kind, Callable[[Explanation], Figure]]] = {
    Kind.LIKELIHOODS: likelihood_figure,
    Kind.WITHOUT: without_figure,
    Kind.COMBINATION: combination_figure,
}


@dataclass(frozen=True)
class Stored:
    """A stored proto-model with what it was scored with."""

    number: int
    model: ProtoModel
    scorer: Scorer


class Figures:
    """Figures of one storage; those that take some computing are remembered."""

    def __init__(self, storage: Storage, results: Results) -> None:
        self._storage, self._results = storage, results
        self._drawn: Memory[Figure] = Memory(_KEPT)
        self._behind: Memory[Explanation] = Memory(_KEPT)

    def protomodel(self, number: int, kind: Kind) -> Figure:
        """A picture of a proto-model.

        Raises
        ------
        NotFoundError: where there is no such proto-model.
        ResultsError: where its results are needed and are not on this machine.
        """
        record = self._storage.protomodel(number)  # it may have been deleted since it was drawn
        return self._drawn.get((number, kind), lambda: self._draw(record, kind))

    def stored(self, number: int) -> Stored:
        """A stored proto-model with its scorer; errors as for :meth:`protomodel`."""
        record = self._storage.protomodel(number)
        run = self._storage.get_run(record.run)
        config = RunConfig.from_json(run.config_json)
        fingerprint = run.results_fingerprint
        with self._results.exclusive():
            scorer = scorer_of(self._storage, run.id, config, self._results.load(fingerprint))
        return Stored(number, model_from_dict(json.loads(record.model_json)), scorer)

    def explanation(self, number: int) -> Explanation:
        """What lies behind the score of a stored proto-model; errors as for :meth:`protomodel`."""

        def make() -> Explanation:
            given = self.stored(number)
            with self._results.exclusive():
                found = explain(given.scorer, given.model)
            if found is None:
                raise NotFoundError("protomodel", number, "one that has a score with its results as they are here")
            return found

        return self._behind.get((number,), make)

    def _draw(self, record: ProtomodelRecord, kind: Kind) -> Figure:
        number = record.id
        if kind in _WITH_RESULTS:
            return _WITH_RESULTS[kind](self.explanation(number))
        if kind is Kind.MASSES:
            given = self.stored(number)
            with self._results.exclusive():
                scans = [mass_scan(given.scorer, given.model, pid, n=_POINTS) for pid in given.model.masses]
            return scan_figure(scans, "")
        if kind is Kind.SPECTRUM:
            return spectrum_figure(record.masses)
        if kind is Kind.DECAYS:
            return decay_figure(model_from_dict(json.loads(record.model_json)))
        if kind is Kind.CONTRIBUTIONS:
            return contribution_figure([_share(c) for c in record.contributions])
        config = RunConfig.from_json(self._storage.get_run(record.run).config_json)
        bounds = [Bound(_named(b.analysis, b.region), b.r_obs, b.r_exp) for b in record.limits]
        return limit_figure(bounds, config.scoring().tolerance)

    def run(self, run: str) -> Figure:
        """K of the walkers of a run against their steps."""
        done = self._storage.get_run(run).steps_done

        def draw() -> Figure:
            course = self._storage.trace(run)
            K = np.array([[math.nan if value is None else value for value in row] for row in course.K], dtype=float)
            return walkers_figure(np.array(course.steps, dtype=float), K)

        return self._drawn.get((run, done), draw)

    def combinability(self, name: str) -> Figure:
        """Which analyses of some results may be combined, by the table that is used where the user gives none.

        Raises
        ------
        ResultsError: where these results are not on this machine.
        """
        predictor = self._results.load(name)

        def draw() -> Figure:
            catalog = predictor.catalog
            names, first = np.unique(catalog.analysis, return_index=True)
            table = combinability_for(predictor.name, None)
            experiments, energies = catalog.experiment[first].tolist(), catalog.sqrts[first].tolist()
            return table_figure(
                names.tolist(), table.pairwise(names.tolist(), [None] * len(names), experiments, energies)
            )

        return self._drawn.get(("combinability", predictor.fingerprint), draw)

    def campaign(self, campaign: str) -> Figure:
        """Densities of best K of a global p-value, masses of a closure test."""
        stored = self._storage.campaign(campaign)
        if stored.kind == KIND:
            answer = pvalue_answer(self._storage, campaign)
            return density_figure(answer.K_observed, {"universes": answer.K_fake}, answer.at_least)
        injected = ClosureConfig.from_json(stored.config_json).model
        return closure_figure(injected.masses, [f.masses for f in closure_answer(self._storage, campaign)])


def _share(c: ContributionRecord) -> Share:
    unit = "fb" if c.type == result_type(is_ul=True) else "events"
    return Share(_named(c.analysis, c.region), unit, c.observed, c.expected, c.signal, c.llr)


def _named(analysis: str, region: str | None) -> str:
    return f"{analysis} {region or ''}".strip()
