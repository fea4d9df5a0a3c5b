"""Figures of stored proto-models and campaigns."""

from __future__ import annotations

from typing import Final

import numpy as np

from protomodels.api.cache import SharedCache
from protomodels.api.results import Results
from protomodels.campaign.answers import campaign_answer
from protomodels.combiner import combinability_for
from protomodels.database import Storage
from protomodels.plots.climb import trace_figure
from protomodels.plots.figure import Figure
from protomodels.plots.front import plot
from protomodels.plots.kinds import kind_of
from protomodels.plots.scoring import table_figure
from protomodels.plots.subject import Subject
from protomodels.runs.stored import StoredProtomodel, stored_protomodel
from protomodels.scoring.explanation import Explanation

_KEPT: Final = 200


class Figures:
    """Figures of one storage; those that take some computing are remembered."""

    def __init__(self, storage: Storage, results: Results) -> None:
        self._storage, self._results = storage, results
        self._drawn: SharedCache[Figure] = SharedCache(_KEPT)
        self._subjects: SharedCache[Subject] = SharedCache(_KEPT)

    def protomodel(self, number: int, kind: str) -> Figure:
        """A figure of a proto-model.

        Raises
        ------
        ConfigError: where there is no such kind.
        NotFoundError: where there is no such proto-model.
        ResultsError: where its results are needed and are not on this machine.
        """
        chosen = kind_of(kind)
        subject = self.subject(number)

        def draw() -> Figure:
            if not chosen.needs_results:
                return chosen.build(subject)
            with self._results.exclusive():
                return chosen.build(subject)

        return self._drawn.get((number, kind), draw)

    def stored(self, number: int) -> StoredProtomodel:
        """A stored proto-model with what its run scored with.

        Raises
        ------
        NotFoundError: where there is no such proto-model.
        """
        return stored_protomodel(self._storage, number, lambda run: self._results.load(run.results_fingerprint))

    def subject(self, number: int) -> Subject:
        """What figures of a proto-model show; errors as for :meth:`stored`."""
        stored = self.stored(number)  # it may have been deleted since it was drawn
        return self._subjects.get((number,), lambda: Subject.stored(stored.record, stored.policy, stored.scorer))

    def explanation(self, number: int) -> Explanation:
        """What lies behind the K of a stored proto-model.

        Raises
        ------
        NotFoundError: where there is no such proto-model, or it has no K with its results as they are here.
        ResultsError: where its results are not on this machine.
        """
        subject = self.subject(number)
        with self._results.exclusive():
            return subject.explanation

    def run(self, run: str) -> Figure:
        """K of the walkers of a run against their steps."""
        done = self._storage.get_run(run).steps_done

        return self._drawn.get((run, done), lambda: trace_figure(self._storage.trace(run)))

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
            table = combinability_for(predictor.name)
            experiments, energies = catalog.experiment[first].tolist(), catalog.sqrts[first].tolist()
            return table_figure(
                names.tolist(), table.pairwise(names.tolist(), [None] * len(names), experiments, energies)
            )

        return self._drawn.get(("combinability", predictor.fingerprint), draw)

    def campaign(self, campaign: str) -> Figure:
        """Densities of best K of a global p-value, masses of a closure test."""
        return plot(campaign_answer(self._storage, campaign))
