"""The predictor that asks SModelS itself: slow, and the reference for every other one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from smodels.base.physicsUnits import GeV, fb
from smodels.decomposition import decomposer
from smodels.experiment.databaseObj import Database
from smodels.matching.theoryPrediction import theoryPredictionsFor
from smodels.statistics.basicStats import apriori, observed
from threadpoolctl import threadpool_limits

from protomodels.errors import PredictionError
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES, particle_mask
from protomodels.predictor.predictions import Predictions
from protomodels.predictor.translation import to_smodels
from protomodels.production import CrossSections, cross_sections
from protomodels.results.catalog import Catalog
from protomodels.results.smodels_catalog import catalog_of, result_key
from protomodels.settings import MASS_GAP, SIGMACUT

log = logging.getLogger(__name__)


class SModelSPredictor:
    """Predictions by SModelS's own decomposition, matching and interpolation; single signal regions.

    An analysis that raises is left out of this prediction and reported in ``left_out``; the others stand.
    """

    def __init__(self, database: Database, fingerprint: str, name: str) -> None:
        # small matrices in many places: threads of the linear algebra only cost (0.1 s for each map touched)
        threadpool_limits(1, user_api="blas")
        self._database = database
        self._fingerprint = fingerprint
        self._name = name
        self._catalog, self._row = catalog_of(database.expResultList)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the results' text."""
        return self._fingerprint

    @property
    def name(self) -> str:
        """What the user called the results."""
        return self._name

    @property
    def catalog(self) -> Catalog:
        """What the results say, independent of any model."""
        return self._catalog

    def predict(self, model: ProtoModel, sections: CrossSections | None = None) -> Predictions:
        """See :class:`protomodels.predictor.protocol.Predictor`."""
        sections = sections or cross_sections(model)
        if not sections.sigma.size or sections.sigma.max() < SIGMACUT:
            return self._collect([], ())
        try:
            topologies = decomposer.decompose(to_smodels(model, sections), SIGMACUT * fb, minmassgap=MASS_GAP * GeV)
        except Exception as error:
            raise PredictionError(f"SModelS could not decompose the model ({model}): {error}") from error
        found, left_out = self._theory_predictions(topologies)
        return self._collect(found, left_out)

    def predict_many(self, models: Sequence[ProtoModel]) -> list[Predictions]:
        """See :class:`protomodels.predictor.protocol.Predictor`."""
        return [self.predict(model) for model in models]

    def _theory_predictions(self, topologies: Any) -> tuple[list[Any], tuple[tuple[str, str], ...]]:
        try:
            return list(_predict(self._database, topologies)), ()
        except Exception as error:  # noqa: BLE001 - any analysis may raise anything; find out which one did
            log.debug("SModelS raised %r; every analysis is tried alone", error)
        found: list[Any] = []
        left_out = []
        try:
            for analysis in self._catalog.analyses:
                self._database.selectExpResults(analysisIDs=[analysis])
                try:
                    found.extend(_predict(self._database, topologies))
                except Exception as error:  # noqa: BLE001 - reported, not silenced
                    left_out.append((analysis, f"{type(error).__name__}: {error}"))
                    log.warning("%s is left out: SModelS raised %r", analysis, error)
        finally:
            self._database.selectExpResults()
        return found, tuple(left_out)

    def _collect(self, found: list[Any], left_out: tuple[tuple[str, str], ...]) -> Predictions:
        table = []
        for prediction in found:
            cross_section = prediction.xsection.asNumber(fb)
            limit = _in_fb(prediction.getUpperLimit(observed))
            expected = _in_fb(prediction.getUpperLimit(apriori))
            row = self._row[result_key(prediction.dataset, prediction.txnames)]
            table.append((row, cross_section, limit, expected, _particles(prediction), _topologies(prediction)))
        # SModelS's order depends on object addresses where r values tie: ours does not
        table.sort(key=lambda entry: (entry[0], -entry[1], sorted(entry[5])))
        words = 1 + max((max(entry[5]) for entry in table), default=0) // 64
        bits = np.zeros((len(table), words), dtype=np.uint64)
        for number, entry in enumerate(table):
            for sms in entry[5]:
                bits[number, sms // 64] |= np.uint64(1) << np.uint64(sms % 64)
        return Predictions(
            self._catalog,
            rows=np.array([entry[0] for entry in table], dtype=np.int64),
            sigma=np.array([entry[1] for entry in table], dtype=np.float64),
            limit_observed=np.array([entry[2] for entry in table], dtype=np.float64),
            limit_expected=np.array([entry[3] for entry in table], dtype=np.float64),
            particle_masks=np.array([particle_mask(entry[4]) for entry in table], dtype=np.int64),
            topology_bits=bits,
            left_out=left_out,
        )


def _predict(database: Database, topologies: Any) -> Any:
    return theoryPredictionsFor(database, topologies, useBestDataset=False, combinedResults=False)


def _in_fb(limit: Any) -> float:
    number = np.nan if limit is None else limit.asNumber(fb)
    return number if number > 0.0 else np.nan


def _particles(prediction: Any) -> frozenset[int]:
    """pids of the new particles in the decay trees of a prediction, those that were compressed away included."""
    pids: set[int | None] = set()
    for sms in prediction.smsList:
        for tree in (sms, *sms.getAncestors()):
            for node in tree.nodes:
                pdg = getattr(node.particle, "pdg", None)
                pids.update(pdg if isinstance(pdg, list) else [pdg])
    return frozenset(abs(pid) for pid in pids if pid is not None and abs(pid) in PARTICLES)


def _topologies(prediction: Any) -> frozenset[int]:
    """The numbers, within this model, of the decay trees that were matched."""
    return frozenset(int(sms.smsID) for sms in prediction.smsList)
