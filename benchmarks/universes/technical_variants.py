"""The universe of the technical closure test, with one choice of its recipe otherwise at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.universes.campaigns import FUDGE
from protomodels.combiner import Combinability
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions, Predictor
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.numeric.observed import ObservedLimits, Shifts
from protomodels.production import CrossSections
from protomodels.results.catalog import Catalog
from protomodels.scoring import RegionStatistic, Scorer
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of
from protomodels.statistics.upper_limits import upper_limit
from protomodels.universes import Universe, in_universe
from protomodels.universes.recipe import AS_PAPER
from protomodels.universes.signal import drawn_events

Floats = NDArray[np.float64]

PAPER: Final = policy_of("paper")
SMALL: Final = 1e-3
"""Of a region's count: the published program leaves limits alone where the signal is less."""
REACH: Final = 400.0
"""GeV; up to here the published program adds a signal to limits: the Euclidean distance over both branches."""


@dataclass(frozen=True)
class Variant:
    """A technical closure test: what is injected, and how models are scored there."""

    name: str
    model: ProtoModel
    scorer: Scorer


class WideReach:
    """A universe whose limits an injected signal raises within a Euclidean distance over both branches.

    Parameters
    ----------
    base: the universe without any raised limit.
    shifts: the signal's clusters in the upper-limit maps, one a map at most.
    reach: GeV.
    """

    def __init__(self, base: CompiledPredictor, shifts: Shifts, reach: float) -> None:
        self._base, self._reach = base, reach
        self.fingerprint, self.name, self.catalog = base.fingerprint, base.name, base.catalog
        self._center, self._sigma = np.full((len(base.limit_rows), 8), np.inf), np.zeros(len(base.limit_rows))
        self._center[_maps_of(shifts)], self._sigma[_maps_of(shifts)] = shifts.center, shifts.sigma

    def predict(self, model: ProtoModel, sections: CrossSections | None = None) -> Predictions:
        """Predictions with raised limits."""
        found, places = self._base.predict_with_places(model, sections)
        number = _maps_of(places)
        distance = np.sqrt(((self._center[number] - places.center) ** 2).sum(axis=1))
        near = np.flatnonzero(distance <= self._reach)
        # a row of predictions is a cluster: that of its result with its cross section
        own = self._base.limit_rows[number[near], None] == found.rows
        own &= np.isclose(places.sigma[near, None], found.sigma, rtol=1e-9, atol=0.0)
        raised = np.where(own, self._sigma[number[near], None], 0.0).max(axis=0, initial=0.0)
        return replace(found, limit_observed=found.limit_observed + raised)

    def predict_many(self, models: Sequence[ProtoModel]) -> list[Predictions]:
        """The same of each."""
        return [self.predict(model) for model in models]


def _maps_of(shifts: Shifts) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(shifts.first) - 1), np.diff(shifts.first))


@dataclass(frozen=True)
class Closure:
    """The results, the table and the injected model."""

    predictor: CompiledPredictor
    table: Combinability
    model: ProtoModel

    def universe(self, model: ProtoModel | None = None, strength: float = 1.0) -> CompiledPredictor:
        """The universe of the recipe as it is."""
        recipe = Universe.with_signal(model or self.model, None, FUDGE, strength, AS_PAPER)
        return in_universe(self.predictor, recipe)

    def scorer(self, predictor: Predictor, policy: Policy = PAPER, choose: RegionStatistic | None = None) -> Scorer:
        """What scores there."""
        return Scorer(predictor, self.table, policy, choose_regions=choose)

    def with_catalog(self, catalog: Catalog, limits: ObservedLimits | None = None) -> Scorer:
        """The recipe's universe with other counts or limits."""
        base = self.universe()
        return self.scorer(self.predictor.with_data(catalog, limits or base.observed_limits, object()))

    def wide(self, catalog: Catalog, shifts: Shifts, reach: float = REACH) -> Scorer:
        """Limits raised as far as the published program raises them."""
        limits = self.universe().observed_limits._replace(**Shifts.none(len(shifts.first) - 1)._asdict())
        return self.scorer(WideReach(self.predictor.with_data(catalog, limits, object()), shifts, reach))


def counted(catalog: Catalog, observed: Floats, factor: float = 1.0) -> Catalog:
    """Other counts, and the limits that follow from them with all widths times ``factor``."""
    b, delta = catalog.background, factor * catalog.delta
    with np.errstate(invalid="ignore"):
        ratio = upper_limit(observed, b, delta, moved=True) / upper_limit(b, b, delta, moved=True)
    return replace(catalog, observed=observed, limit_observed=catalog.limit_expected * ratio)


def with_drawn_signal(closure: Closure, seed: int) -> Variant:
    """The signal in regions drawn from Poisson distributions, the backgrounds as expected."""
    catalog = closure.universe().catalog
    signal = np.where(catalog.is_region, np.maximum(catalog.observed - catalog.background, 0.0), 0.0)
    observed = catalog.observed - signal + drawn_events(catalog, signal, seed)
    return Variant(f"signal drawn, seed {seed}", closure.model, closure.with_catalog(counted(catalog, observed)))


def most_sensitive(predictions: Predictions, policy: Policy) -> Sequence[int]:
    """Of each analysis and type the row with the largest expected r."""
    return _largest(predictions, predictions.r_exp, predictions.catalog.group[predictions.rows])


def every_topology(predictions: Predictions, policy: Policy) -> Sequence[int]:
    """The policy's choice, but of each topology of an upper-limit result."""
    own = np.where(
        predictions.is_ul, len(predictions.catalog) + predictions.rows, predictions.catalog.group[predictions.rows]
    )
    return _largest(predictions, predictions.limit_observed / predictions.limit_expected, own)


def _largest(found: Predictions, score: Floats, group: NDArray[np.int64]) -> Sequence[int]:
    usable = np.flatnonzero(found.has_likelihood & ~found.is_control & np.isfinite(score))
    best: dict[int, int] = {}
    for i in usable.tolist():
        kept = best.setdefault(int(group[i]), i)
        if score[i] > score[kept]:
            best[int(group[i])] = i
    return sorted(best.values())


def variants(closure: Closure, all_pairs: ProtoModel) -> Iterator[Variant]:
    """One choice at a time.

    Parameters
    ----------
    all_pairs: the injected model with further pairs, with their published multipliers.
    """
    base, model = closure.universe(), closure.model
    catalog, limits, published = base.catalog, base.observed_limits, closure.predictor.catalog
    none = Shifts.none(len(limits.ratio))._asdict()
    shifts = Shifts(limits.first, limits.center, limits.sigma)
    b = np.where(catalog.is_region, catalog.background, catalog.observed)
    signal = np.where(catalog.is_region, catalog.observed - catalog.background, 0.0)
    yield Variant("as it is", model, closure.scorer(base))
    yield Variant("X_d X_Z1 pairs injected as well", all_pairs, closure.scorer(closure.universe(all_pairs)))
    for name, pids in (("", {1000001, 1000006}), (" of X_d", {1000001}), (" of X_t", {1000006})):
        kappas = {pair: k * (1.05 if abs(pair[1]) in pids else 1.0) for pair, k in model.ssm.items()}
        scorer = closure.scorer(closure.universe(replace(model, ssm=kappas)))
        yield Variant(f"injected cross sections{name} 5% larger", model, scorer)
    yield Variant("signal in regions only", model, closure.with_catalog(catalog, limits._replace(**none)))
    yield Variant("signal in upper limits only", model, closure.with_catalog(counted(catalog, b)))
    seen = closure.predictor.has_expected_limit[_maps_of(shifts)]
    kept = Shifts.of(len(limits.ratio), _maps_of(shifts)[seen], shifts.center[seen], shifts.sigma[seen])
    scorer = closure.with_catalog(catalog, limits._replace(**kept._asdict()))
    yield Variant("limits without expected ones as published", model, scorer)
    for name, observed in (
        ("counts rounded", np.round(catalog.observed)),
        ("counts rounded down", np.floor(catalog.observed)),
        ("backgrounds rounded", np.where(catalog.is_region, np.round(b) + signal, catalog.observed)),
    ):
        yield Variant(name, model, closure.with_catalog(counted(catalog, observed)))
    scorer = closure.with_catalog(replace(catalog, limit_observed=published.limit_observed))
    yield Variant("regions by their published limits", model, scorer)
    yield Variant("regions by expected sensitivity", model, closure.scorer(base, choose=most_sensitive))
    yield Variant("every topology of a limit a candidate", model, closure.scorer(base, choose=every_topology))
    narrow = counted(catalog, catalog.observed, FUDGE)
    yield Variant("regions by limits of widths times 0.65", model, closure.with_catalog(narrow))
    left = np.where(signal < SMALL * b, published.limit_observed, narrow.limit_observed)
    as_program = replace(narrow, limit_observed=left)
    yield Variant("the same, published limits where the signal is small", model, closure.with_catalog(as_program))
    scorer = closure.with_catalog(counted(replace(catalog, delta=FUDGE * catalog.delta), catalog.observed))
    yield Variant("likelihoods with widths times 0.65", model, scorer)
    yield Variant("no limit excludes", model, closure.scorer(base, replace(PAPER, tolerance=1e6)))
    free = replace(PAPER, distinct_topologies=False)
    yield Variant("same topologies may be combined", model, closure.scorer(base, free))
    yield Variant("limits raised as far as in the published program", model, closure.wide(catalog, shifts))
    rounded = counted(catalog, np.round(catalog.observed))
    yield Variant("that and counts rounded", model, closure.wide(rounded, shifts))
    everything = closure.universe(all_pairs)
    own = counted(everything.catalog, everything.catalog.observed, FUDGE)
    signal = np.where(catalog.is_region, own.observed - b, 0.0)
    own = replace(own, limit_observed=np.where(signal < SMALL * b, published.limit_observed, own.limit_observed))
    theirs = everything.observed_limits
    places = Shifts(theirs.first, theirs.center, theirs.sigma)
    yield Variant("as the published program, all choices", all_pairs, closure.wide(own, places))
