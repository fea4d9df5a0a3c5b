"""The evaluation of spectra: prediction, critic and combination as for proto-models; the prior for these only."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

from protomodels.combiner import BestCombination, Combinability
from protomodels.critic import Critic, excluded_by_lep
from protomodels.errors import ModelError, ResultsError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, SpectrumPredictions, SpectrumPredictor
from protomodels.predictor.general.coverage import coverage_of
from protomodels.prior import parsimony
from protomodels.production import CrossSections
from protomodels.scoring.evaluation import Contribution
from protomodels.scoring.own_parts import RegionStatistic
from protomodels.scoring.scorer import Scorer, contributions_of, why_none
from protomodels.scoring.spectrum.evaluation import SpectrumEvaluation
from protomodels.scoring.spectrum.remarks import remarks
from protomodels.scoring.spectrum.sections import sections_of
from protomodels.settings import Policy
from protomodels.spectrum import Spectrum, as_proto_model


@dataclass(frozen=True)
class SpectrumScorer:
    """Evaluates spectra.

    Attributes
    ----------
    predictor: of the results, compiled.
    combinability: which results may be combined.
    policy: the choices of the scoring.
    options: SModelS's parameters.
    coverage: say how much of what is produced any result sees, too.
    n_runners_up, choose_regions, critic: as of :class:`protomodels.scoring.Scorer`.

    Raises
    ------
    ResultsError: by :meth:`evaluate`, where the results were compiled without the topologies of general models.
    """

    predictor: CompiledPredictor
    combinability: Combinability
    policy: Policy
    options: Options = field(default_factory=Options)
    coverage: bool = True
    n_runners_up: int = 5
    choose_regions: RegionStatistic | None = None
    critic: Critic | None = None

    @classmethod
    def of(cls, scorer: Scorer, options: Options) -> SpectrumScorer:
        """The same choices as those of a scorer of proto-models.

        Raises
        ------
        ResultsError: where its predictor is not the compiled one.
        """
        predictor = scorer.predictor
        if not isinstance(predictor, CompiledPredictor):
            raise ResultsError("results", predictor.name, "compiled results, for a model that is no proto-model")
        choices = scorer.n_runners_up, scorer.choose_regions, scorer.critic
        return cls(predictor, scorer.combinability, scorer.policy, options, True, *choices)

    @cached_property
    def scorer(self) -> Scorer:
        """What evaluates proto-models by the same choices."""
        choices = self.n_runners_up, self.choose_regions, self.critic
        return Scorer(self.predictor, self.combinability, self.policy, *choices)

    @cached_property
    def _general(self) -> SpectrumPredictor:
        return SpectrumPredictor(self.predictor)

    def evaluate(self, spectrum: Spectrum, sections: CrossSections | None = None) -> SpectrumEvaluation:
        """What the results say of a spectrum.

        Parameters
        ----------
        sections: its cross sections, fb; those of the spectrum without.

        Raises
        ------
        ModelError: where there are no cross sections.
        PredictionError: where the model cannot be evaluated.
        CombinationError: where there are too many combinations.
        """
        if sections is not None:
            spectrum = replace(spectrum, sections=sections)
        model, no_prior = self._proto_model(spectrum)
        model, own, missing = sections_of(spectrum, model, self.policy.reference_order)
        decomposed = self._general.decompose(spectrum, own, self.options)
        predicted = self._general.predict(spectrum, own, self.options, decomposed)
        allowed = self.scorer.limits(predicted.predictions)
        candidates, best = self.scorer.combined(predicted.predictions, allowed.mu_max)
        counts = None if model is None else parsimony(model, own, self.policy.multiplier_spread)
        reason = no_prior if model is None else excluded_by_lep(model, self.policy)
        K = None
        if best is None:
            reason = reason or why_none(candidates)
        elif reason is None and counts is not None:
            counts = self.scorer.at_strength(counts, own, best.mu_hat)
            K = 2.0 * best.log_ratio - counts.penalty
            if not math.isfinite(K):
                K, reason = None, "a multiplier of 0 at the highest energy is infinitely far from 1"
        return SpectrumEvaluation(
            spectrum,
            own,
            self.options,
            predicted,
            allowed,
            best,
            _contributions(predicted, candidates, best),
            K,
            reason,
            model,
            counts,
            remarks(spectrum, own, missing, self.predictor.catalog, self.options),
            missing,
            self.predictor.fingerprint,
            coverage_of(self._general, spectrum, own, self.options, decomposition=decomposed)
            if self.coverage
            else None,
        )

    def _proto_model(self, spectrum: Spectrum) -> tuple[ProtoModel | None, str | None]:
        try:
            return as_proto_model(spectrum, self.options.promptWidth, self.options.stableWidth), None
        except ModelError as error:
            return None, f"no prior: it is no proto-model ({error.field}: {error.value})"


def _contributions(
    predicted: SpectrumPredictions, candidates: Predictions, best: BestCombination | None
) -> tuple[Contribution, ...]:
    """What the best combination rests on, with all particles behind it: masks know those of proto-models only."""
    if best is None:
        return ()
    p = predicted.predictions
    numbers = p.catalog.analysis[p.rows].tolist(), p.catalog.region[p.rows].tolist(), p.is_ul.tolist()
    behind: dict[tuple[str, str, bool], frozenset[int]] = {}
    for key, pids in zip(zip(*numbers, strict=True), predicted.particles, strict=True):
        behind[key] = behind.get(key, frozenset()) | pids
    found = contributions_of(candidates.take(best.members), best.mu_hat)
    return tuple(replace(c, particles=behind[c.analysis, c.region, c.is_ul]) for c in found)
