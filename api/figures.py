"""Figures of stored proto-models and campaigns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import numpy as np

from protomodels.api.cache import SharedCache
from protomodels.api.results import Results
from protomodels.api.synthetic import DEMO, is_of_demo, is_synthetic
from protomodels.campaign.answers import campaign_answer
from protomodels.campaign.timeline import Timeline, timeline
from protomodels.combiner import combinability_for
from protomodels.database import HiscoreQuery, Storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.files import model_from_dict
from protomodels.plots.climb import overlaid_figure, trace_figure
from protomodels.plots.figure import Figure
from protomodels.plots.front import plot
from protomodels.plots.kinds import kind_of
from protomodels.plots.pages.maps import map_figure
from protomodels.plots.pages.modes import drivers_figure, modes_figure
from protomodels.plots.posteriors import posterior_figure
from protomodels.plots.scoring import table_figure
from protomodels.plots.subject import Subject
from protomodels.runs.config import RunConfig
from protomodels.runs.posterior import PosteriorAnswer
from protomodels.runs.stored import StoredProtomodel, stored_protomodel
from protomodels.scoring.explanation import Explanation

_KEPT: Final = 200
MOST_RELEASES: Final = 6
"""Of a timeline."""
TOP: Final = 10
"""Of the best proto-models of a run, those whose analyses are looked at."""
STORED: Final = 2000
"""Of the stored proto-models of a run, so many are drawn by content."""


class Figures:
    """Figures of one storage; those that take some computing are remembered. What shows demo results says so."""

    def __init__(self, storage: Storage, results: Results) -> None:
        self._storage, self._results = storage, results
        self._drawn: SharedCache[Figure] = SharedCache(_KEPT)
        self._timelines: SharedCache[Timeline] = SharedCache(_KEPT)
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
            run = self._storage.protomodel(number).run
            if not chosen.needs_results:
                return self._marked(chosen.build(subject), run)
            with self._results.exclusive():
                return self._marked(chosen.build(subject), run)

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

    def timeline(self, number: int, results: Sequence[str]) -> Timeline:
        """K of a stored proto-model in several of the results on this machine, scored as its run does.

        Parameters
        ----------
        results: names or fingerprints.

        Raises
        ------
        ConfigError: where there are fewer than two, or more than ``MOST_RELEASES``.
        NotFoundError: where there is no such proto-model.
        ResultsError: where these results are not on this machine.
        """
        if not 2 <= len(results) <= MOST_RELEASES:
            raise ConfigError("results", ", ".join(results) or "none", f"2 to {MOST_RELEASES} releases")
        stored = self.stored(number)
        predictors = [self._results.load(name) for name in results]
        config = RunConfig.from_json(stored.run.config_json)
        table = config.combinability(self._storage.combinability_table(stored.run.id))

        def follow() -> Timeline:
            model = model_from_dict(json.loads(stored.record.model_json))
            with self._results.exclusive():
                label = f"proto-model {number}"
                return timeline(model, results=predictors, policy=stored.policy, combinable=table, label=label)

        return self._timelines.get((number, *(p.fingerprint for p in predictors)), follow)

    def timeline_figure(self, number: int, results: Sequence[str]) -> Figure:
        """The figure of it; errors as of :meth:`timeline`."""
        found = self.timeline(number, results)
        figure = plot(found)
        demo = is_synthetic(self._storage, *found.fingerprints) or DEMO in found.releases
        return figure.called_synthetic() if demo else figure

    def run(self, run: str, beside: Sequence[str] = ()) -> Figure:
        """K of the walkers of a run against their steps; with others beside it, the best so far of each."""
        names = dict.fromkeys((run, *beside))
        done = tuple(self._storage.get_run(name).steps_done for name in names)

        def draw() -> Figure:
            if len(names) == 1:
                return self._marked(trace_figure(self._storage.trace(run)), run)
            return self._marked(overlaid_figure({name: self._storage.trace(name) for name in names}), *names)

        return self._drawn.get((*names, *done), draw)

    def found(self, run: str, kind: str) -> Figure:
        """What a run found: ``modes``, contents against K, or ``drivers``, the analyses behind its best proto-models.

        Raises
        ------
        NotFoundError: where there is no such run.
        """
        done = self._storage.get_run(run).steps_done

        def draw() -> Figure:
            if kind == "modes":
                return self._marked(
                    modes_figure(self._storage.hiscores(HiscoreQuery(run, distinct=False), STORED)), run
                )
            return self._marked(drivers_figure(self._storage.best_protomodels(run, TOP)), run)

        return self._drawn.get((run, kind, done), draw)

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
            allowed = table.pairwise(names.tolist(), [None] * len(names), experiments, energies)
            figure = table_figure(names.tolist(), allowed)
            return figure.called_synthetic() if predictor.name == DEMO else figure

        return self._drawn.get(("combinability", predictor.fingerprint), draw)

    def map(self, name: str, analysis: str, number: int) -> Figure:
        """A map of an analysis over masses: upper limits, or efficiencies of a signal region.

        Raises
        ------
        ResultsError: where these results are not on this machine.
        NotFoundError: where they have no such analysis, or it has no such map.
        """
        predictor = self._results.load(name)

        def draw() -> Figure:
            figure = map_figure(self._results.map(name, analysis, number))
            return figure.called_synthetic() if predictor.name == DEMO else figure

        return self._drawn.get(("map", predictor.fingerprint, analysis, number), draw)

    def campaign(self, campaign: str) -> Figure:
        """Densities of best K of a global p-value, masses of a closure test."""
        figure = plot(campaign_answer(self._storage, campaign))
        return figure.called_synthetic() if self.of_demo(campaign) else figure

    def of_demo(self, campaign: str) -> bool:
        """Whether a campaign is about the demo results."""
        return is_of_demo(self._storage, campaign)

    def posterior(self, posterior: str, kind: str) -> Figure:
        """A figure of what the chains of a posterior say.

        Raises
        ------
        ConfigError: where there is no such kind.
        NotFoundError: where there is no such posterior, or it has no answer yet.
        """
        record = self._storage.get_posterior(posterior)
        if record.answer_json is None:
            raise NotFoundError("answer", posterior, "the id of a posterior whose chains are complete")
        figure = posterior_figure(PosteriorAnswer.from_json(record.answer_json), kind)
        return figure.called_synthetic() if is_synthetic(self._storage, record.results_fingerprint) else figure

    def _marked(self, figure: Figure, *runs: str) -> Figure:
        """Called synthetic where one of the runs is on the demo results."""
        own = self._storage.fingerprints(runs).values()
        return figure.called_synthetic() if is_synthetic(self._storage, *own) else figure
