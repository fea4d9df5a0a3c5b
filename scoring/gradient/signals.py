"""The results of a best combination at any values of a model's parameters: signals, limits and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.slopes import Wanted
from protomodels.production import SQRTS, cross_sections, order_of
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.gradient.likelihoods import Likelihood, Limit, Region, Several
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.xsec.slopes import reference_slopes


@dataclass(frozen=True, eq=False)
class Signals:
    """n results of a model with p parameters.

    Attributes
    ----------
    sigma: fb, (n,); slopes: d sigma / d parameter, (n, p).
    limits: observed and expected, fb, (n, 2); NaN for regions.  limit_slopes: (n, 2, p).
    """

    sigma: Floats
    slopes: Floats
    limits: Floats
    limit_slopes: Floats


@dataclass(frozen=True)
class Members:
    """The results of a best combination, and that which limits the model.

    Attributes
    ----------
    predictor: of compiled results.
    members: the results of the combination.
    limiting: the result that sets mu_max; None where there is none.
    """

    predictor: CompiledPredictor
    members: tuple[Wanted, ...]
    limiting: Wanted | None

    @classmethod
    def of(cls, evaluation: Evaluation) -> Members:
        """Those of an evaluation.

        Raises
        ------
        ModelError: where the model has no score, or cross sections that are not kappa times the reference ones.
        ConfigError: where the predictor is not that of compiled results.
        """
        model, scorer, score = evaluation.model, evaluation.scorer, evaluation.score
        if score is None:
            raise ModelError("model", model.fingerprint(), "a model with a K")
        if not isinstance(scorer.predictor, CompiledPredictor):
            raise ConfigError("predictor", type(scorer.predictor).__name__, "that of compiled results, for gradients")
        own = cross_sections(model)
        given = evaluation.sections
        if own.pairs != given.pairs or not np.allclose(own.sigma, given.sigma, rtol=1e-9, atol=0.0):
            raise ModelError("cross sections", "others", "kappa times the reference ones, for gradients")
        predictions = evaluation.predictions
        best = scorer.candidates(predictions, evaluation.mu_max).take(score.best.members)
        limiting = evaluation.allowed.limiting
        return cls(
            scorer.predictor,
            tuple(_wanted(predictions, best, i) for i in range(len(best))),
            _wanted(predictions, limiting, 0) if len(limiting) and np.isfinite(evaluation.mu_max) else None,
        )

    def without_limit(self) -> Members:
        """The same results with nothing that limits the model."""
        return replace(self, limiting=None)

    def likelihoods(self, model: ProtoModel, parameters: Parameters) -> tuple[list[Likelihood], Signals | None]:
        """Likelihoods of all members at a model, and the signal in the result that limits it.

        Members that do not see the model are left out.

        Raises
        ------
        PredictionError: where the model cannot be evaluated.
        """
        catalog = self.predictor.catalog
        single = [wanted for wanted in self.members if wanted.row not in catalog.combined]
        if self.limiting is not None:
            single.append(self.limiting)
        several = {wanted: catalog.combined[wanted.row] for wanted in self.members if wanted.row in catalog.combined}
        regions = [Wanted(row) for entry in several.values() for row in entry.rows.tolist() if row >= 0]
        listed = list(dict.fromkeys([*single, *regions]))
        place = {wanted: i for i, wanted in enumerate(listed)}
        found = signals_at(self.predictor, model, parameters, listed)
        out: list[Likelihood] = []
        for wanted in self.members:
            row = wanted.row
            if wanted in several:
                entry = several[wanted]
                there = entry.rows >= 0
                at = [place[Wanted(r)] for r in entry.rows[there].tolist()]
                signal, slopes = np.zeros(len(there)), np.zeros((len(there), len(parameters)))
                signal[there] = found.sigma[at] * catalog.lumi[entry.rows[there]]
                slopes[there] = found.slopes[at] * catalog.lumi[entry.rows[there], None]
                out.append(Several(signal, slopes, entry.likelihood))
                continue
            i = place[wanted]
            if catalog.is_ul[row]:
                if np.isfinite(found.limits[i]).all():
                    out.append(Limit(found.sigma[i], found.slopes[i], found.limits[i], found.limit_slopes[i]))
                continue
            lumi = float(catalog.lumi[row])
            data = float(catalog.background[row]), float(catalog.delta[row]), float(catalog.observed[row])
            out.append(Region(float(found.sigma[i]) * lumi, found.slopes[i] * lumi, *data))
        return out, None if self.limiting is None else _one(found, place[self.limiting])

    def limit(self, limiting: Signals, row: int) -> tuple[float, Floats]:
        """ln r of a result that limits the model, r = sigma / observed limit, and its slopes (p,).

        Parameters
        ----------
        limiting: its signal.
        row: in the catalog.
        """
        ratio = limiting.slopes[0] / limiting.sigma[0]
        if self.predictor.catalog.is_ul[row]:
            limit = float(limiting.limits[0, 0])
            ratio = ratio - limiting.limit_slopes[0, 0] / limit
        else:
            limit = float(self.predictor.catalog.limit_observed[row])
        return float(np.log(limiting.sigma[0] / limit)), ratio


def signals_at(
    predictor: CompiledPredictor, model: ProtoModel, parameters: Parameters, wanted: list[Wanted]
) -> Signals:
    """Signals and limits of wanted results, without rounding, and their derivatives by the chain rule.

    Parameters
    ----------
    parameters: of the model; only which there are counts.

    Raises
    ------
    PredictionError: where the model cannot be evaluated.
    """
    sections = cross_sections(model)
    found = predictor.slopes(model, sections, wanted)
    _, reference, rises = reference_slopes(model.masses, SQRTS, order_of(model))
    kappas = np.array([model.kappa(pair) for pair in sections.pairs])
    counts = [len(channels) for channels in model.decays.values()]
    several = np.repeat(np.array(counts, dtype=np.int64) > 1, counts)
    energy = np.maximum(found.columns, 0)
    # of each result: d sigma / d mass (n, pairs, masses) and d sigma / d kappa (n, pairs) at its energy
    by_mass = (rises * kappas[:, None, None])[:, energy].swapaxes(0, 1)
    by_kappa = reference[:, energy].T

    def chain(masses: Floats, ratios: Floats, pairs: Floats) -> Floats:
        moved = masses + np.matmul(pairs[:, None, :], by_mass)[:, 0]
        return np.concatenate([moved, ratios[:, several], pairs * by_kappa], axis=1)

    limits = [
        chain(found.limits_by_mass[:, k], found.limits_by_ratio[:, k], found.limits_by_pair[:, k]) for k in range(2)
    ]
    slopes = chain(found.by_mass, found.by_ratio, found.by_pair)
    return Signals(found.sigma, slopes, found.limits, np.stack(limits, axis=1))


def _wanted(predictions: Predictions, some: Predictions, i: int) -> Wanted:
    """A row of some of the predictions; of several clusters of an upper limit which one."""
    row = int(some.rows[i])
    if not some.catalog.is_ul[row]:
        return Wanted(row)
    sigmas = predictions.sigma[predictions.rows == row]
    return Wanted(row, int(np.argmax(sigmas == some.sigma[i])))


def _one(found: Signals, i: int) -> Signals:
    return Signals(
        found.sigma[i : i + 1], found.slopes[i : i + 1], found.limits[i : i + 1], found.limit_slopes[i : i + 1]
    )
