"""Everything that one evaluation of a proto-model says: prediction, limits, prior, and its score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner import BestCombination
from protomodels.critic import AllowedStrength, Limit
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.prior import Parsimony
from protomodels.production import CrossSections, order_of
from protomodels.results.catalog import result_type
from protomodels.tables import data_frame, finite

if TYPE_CHECKING:
    import pandas as pd

    from protomodels.scoring.scorer import Scorer
    from protomodels.scoring.spectrum import Details


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one result gives to the best combination, at mu-hat.

    Attributes
    ----------
    analysis, region: the result; the region of an upper limit is its topology.
    is_ul: the numbers are upper limits in fb, else events.
    observed: events, or the observed limit in fb.
    expected: background events, or the expected limit in fb.
    delta: uncertainty of the background, events; NaN for an upper limit.
    signal: events or fb, for mu = mu-hat.
    llr: ln L(mu-hat) - ln L(0).
    particles: pids that give the signal.
    marked: share of the signal that stands at the edge of a map (:mod:`protomodels.predictor.maps.edges`); of combined
        regions that of one that matters, where it is larger.
    """

    analysis: str
    region: str
    is_ul: bool
    observed: float
    expected: float
    delta: float
    signal: float
    llr: float
    particles: frozenset[int]
    marked: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As plain values; ``type`` is UL or EM."""
        return {
            "analysis": self.analysis,
            "region": self.region,
            "type": result_type(self.is_ul),
            "observed": self.observed,
            "expected": self.expected,
            "signal": self.signal,
            "llr": self.llr,
        }


@dataclass(frozen=True, slots=True)
class Score:
    r"""K and what it is made of.

    .. math:: K = 2 \ln \frac{L_{BSM}(\hat\mu)\, \pi(BSM)}{L_{SM}}

    of the best legal combination (arXiv:2012.12246, eq. 4.1).

    Attributes
    ----------
    K, Z: test statistic, and the significance sqrt(2 ln L-ratio) of the best combination.
    mu_hat: its signal strength, in [0, mu_max].
    contributions: the results of the best combination, the largest llr first.
    best: the combiner's outcome with its runners-up and proof.
    """

    K: float
    Z: float
    mu_hat: float
    contributions: tuple[Contribution, ...]
    best: BestCombination

    @property
    def used_particles(self) -> frozenset[int]:
        """pids that give a signal in the best combination."""
        return frozenset().union(*(c.particles for c in self.contributions))


@dataclass(frozen=True, slots=True, repr=False)
class Evaluation:
    """What one set of results says of one proto-model.

    Attributes
    ----------
    model: what was evaluated.
    sections: its cross sections for mu = 1.
    predictions: its signal in every result that it touches.
    allowed: mu_max, and all limits that the critic looked at.
    parsimony: the counts of the prior and its penalty on K.
    score: K with its parts; None where there is none.
    reason: why there is no K, in words; None where there is one.
    scorer: what evaluated it; the same, asked again, says the same.
    """

    model: ProtoModel
    sections: CrossSections
    predictions: Predictions
    allowed: AllowedStrength
    parsimony: Parsimony
    score: Score | None
    reason: str | None
    scorer: Scorer

    @property
    def K(self) -> float | None:  # noqa: N802 - the field's letter
        """The test statistic; None where no legal combination of results sees the model."""
        return None if self.score is None else self.score.K

    @property
    def Z(self) -> float | None:  # noqa: N802
        """Significance of the best combination, without the prior."""
        return None if self.score is None else self.score.Z

    @property
    def mu_hat(self) -> float | None:
        """The signal strength at which the best combination is likeliest, in [0, mu_max]."""
        return None if self.score is None else self.score.mu_hat

    @property
    def mu_max(self) -> float:
        """The largest signal strength that the critic allows; inf without a limit."""
        return self.allowed.mu_max

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What the critic looked at, the strongest limit first; r is for mu = 1."""
        return self.allowed.limits

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """The results of the best combination, the largest llr first."""
        return () if self.score is None else self.score.contributions

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """(analysis, reason) of analyses that could not be evaluated."""
        return self.predictions.left_out

    def of_rows(self, kept: NDArray[np.bool_], scorer: Scorer | None = None) -> Evaluation:
        """The same where only some predictions may be combined; all limits still hold.

        Leaving out an excess must not lift the limit that the same analysis sets.

        Parameters
        ----------
        kept: which predictions, (n,).
        scorer: another one, such as one that lists no runners-up.
        """
        rest = self.predictions.take(np.flatnonzero(kept))
        return (scorer or self.scorer).evaluate_predictions(self.model, self.sections, rest, self.allowed)

    def details(self) -> Details:
        """Every result that sees the model, with topologies, r and CLs, and the coverage; computed at each call.

        Raises
        ------
        ResultsError, PredictionError: as :func:`protomodels.scoring.spectrum.details.details_of`.
        """
        from protomodels.scoring.spectrum import details_of

        return details_of(self)

    def to_dict(self, *, details: bool = False) -> dict[str, Any]:
        """As plain JSON values.

        What is not a finite number (no limit, no expected limit) is None.

        Parameters
        ----------
        details: also ``results`` and ``coverage``, as ``protomodels evaluate --format json`` and the API give them.

        Raises
        ------
        ResultsError, PredictionError: as :meth:`details`, where these are wanted.
        """
        values = {
            "K": self.K,
            "Z": self.Z,
            "mu_hat": self.mu_hat,
            "mu_max": self.mu_max,
            "reason": self.reason,
            "n_particles": self.parsimony.n_particles,
            "n_br": self.parsimony.n_br,
            "n_ssm": self.parsimony.n_ssm,
            "combination": [c.to_dict() for c in self.contributions],
            "critic": [limit.to_dict() for limit in self.limits],
            "left_out": [{"analysis": analysis, "reason": reason} for analysis, reason in self.left_out],
            "reference_order": order_of(self.model),
            "results_fingerprint": self.scorer.predictor.fingerprint,
        }
        found: dict[str, Any] = finite(values)
        return found | self.details().to_dict() if details else found

    def to_dataframe(self) -> pd.DataFrame:
        """The results of the best combination, a row each (pandas).

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        columns = ("analysis", "region", "type", "observed", "expected", "signal", "llr")
        return data_frame([c.to_dict() for c in self.contributions], columns)

    def __repr__(self) -> str:
        return f"<Evaluation {self}>"

    def __str__(self) -> str:
        if self.score is None:
            return f"{self.model}: no K, {self.reason}"
        top = "no limit" if math.isinf(self.mu_max) else f"at most {self.mu_max:.3f}"
        s = self.score
        return f"{self.model}: K = {s.K:.3f}, Z = {s.Z:.3f}, mu-hat = {s.mu_hat:.3f} ({top})"

    def _repr_html_(self) -> str:
        from protomodels.scoring.report import evaluation_report

        return evaluation_report(self).html()
