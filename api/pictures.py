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
from protomodels.database import ContributionRecord, ProtomodelRecord, Storage
from protomodels.errors import NotFoundError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.plots.climb import walkers_picture
from protomodels.plots.densities import density_picture
from protomodels.plots.kinds import Kind
from protomodels.plots.picture import Picture
from protomodels.plots.protomodels import (
    Bound,
    Share,
    contribution_picture,
    decay_picture,
    limit_picture,
    spectrum_picture,
)
from protomodels.plots.scans import scan_picture
from protomodels.plots.scoring import combination_picture, likelihood_picture, table_picture, without_picture
from protomodels.plots.spectra import closure_picture
from protomodels.runs import RunConfig
from protomodels.runs.config import combinability_for
from protomodels.runs.records import result_type
from protomodels.runs.run import scorer_of
from protomodels.scoring.explanation import Why, why
from protomodels.scoring.scans import mass_scan
from protomodels.scoring.scorer import Scorer

_KEPT: Final = 200
_POINTS: Final = 31


_WITH_RESULTS: Final[dict[Kind, Callable[[Why], Picture]]] = {
    Kind.LIKELIHOODS: likelihood_picture,
    Kind.WITHOUT: without_picture,
    Kind.COMBINATION: combination_picture,
}


@dataclass(frozen=True)
class Stored:
    """A stored proto-model with what it was scored with."""

    number: int
    model: ProtoModel
    scorer: Scorer


class Pictures:
    """Pictures of one storage; those that take some computing are remembered."""

    def __init__(self, storage: Storage, results: Results) -> None:
        self._storage, self._results = storage, results
        self._drawn: Memory[Picture] = Memory(_KEPT)
        self._behind: Memory[Why] = Memory(_KEPT)

    def protomodel(self, number: int, kind: Kind) -> Picture:
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
        with self._results.turn():
            scorer = scorer_of(self._storage, run.id, config, self._results.load(fingerprint))
        return Stored(number, model_from_dict(json.loads(record.model_json)), scorer)

    def why(self, number: int) -> Why:
        """What lies behind the score of a stored proto-model; errors as for :meth:`protomodel`."""

        def make() -> Why:
            given = self.stored(number)
            with self._results.turn():
                found = why(given.scorer, given.model)
            if found is None:
                raise NotFoundError("protomodel", number, "one that has a score with its results as they are here")
            return found

        return self._behind.get((number,), make)

    def _draw(self, record: ProtomodelRecord, kind: Kind) -> Picture:
        number = record.id
        if kind in _WITH_RESULTS:
            return _WITH_RESULTS[kind](self.why(number))
        if kind is Kind.MASSES:
            given = self.stored(number)
            with self._results.turn():
                scans = [mass_scan(given.scorer, given.model, pid, n=_POINTS) for pid in given.model.masses]
            return scan_picture(scans, "")
        if kind is Kind.SPECTRUM:
            return spectrum_picture(record.masses)
        if kind is Kind.DECAYS:
            return decay_picture(model_from_dict(json.loads(record.model_json)))
        if kind is Kind.CONTRIBUTIONS:
            return contribution_picture([_share(c) for c in record.contributions])
        config = RunConfig.from_json(self._storage.get_run(record.run).config_json)
        bounds = [Bound(_named(b.analysis, b.region), b.r_obs, b.r_exp) for b in record.limits]
        return limit_picture(bounds, config.scoring().tolerance)

    def run(self, run: str) -> Picture:
        """K of the walkers of a run against their steps."""
        done = self._storage.get_run(run).steps_done

        def draw() -> Picture:
            course = self._storage.course(run)
            K = np.array([[math.nan if value is None else value for value in row] for row in course.K], dtype=float)
            return walkers_picture(np.array(course.steps, dtype=float), K)

        return self._drawn.get((run, done), draw)

    def combinability(self, name: str) -> Picture:
        """Which analyses of some results may be combined, by the table that is used where the user gives none.

        Raises
        ------
        ResultsError: where these results are not on this machine.
        """
        predictor = self._results.load(name)

        def draw() -> Picture:
            catalog = predictor.catalog
            names, first = np.unique(catalog.analysis, return_index=True)
            table = combinability_for(predictor.name, None)
            experiments, energies = catalog.experiment[first].tolist(), catalog.sqrts[first].tolist()
            return table_picture(
                names.tolist(), table.pairwise(names.tolist(), [None] * len(names), experiments, energies)
            )

        return self._drawn.get(("combinability", predictor.fingerprint), draw)

    def campaign(self, campaign: str) -> Picture:
        """Densities of best K of a global p-value, masses of a closure test."""
        stored = self._storage.campaign(campaign)
        if stored.kind == KIND:
            answer = pvalue_answer(self._storage, campaign)
            return density_picture(answer.K_observed, {"universes": answer.K_fake}, answer.at_least)
        injected = ClosureConfig.from_json(stored.config_json).model
        return closure_picture(injected.masses, [f.masses for f in closure_answer(self._storage, campaign)])


def _share(c: ContributionRecord) -> Share:
    unit = "fb" if c.type == result_type(is_ul=True) else "events"
    return Share(_named(c.analysis, c.region), unit, c.observed, c.expected, c.signal, c.llr)


def _named(analysis: str, region: str | None) -> str:
    return f"{analysis} {region or ''}".strip()
