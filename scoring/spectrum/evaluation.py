"""Everything that results say of a spectrum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from protomodels.combiner import BestCombination
from protomodels.critic import AllowedStrength, Limit
from protomodels.model import Pair, ProtoModel
from protomodels.predictor.general import Options, SpectrumPredictions
from protomodels.predictor.general.coverage import Coverage
from protomodels.prior import Parsimony
from protomodels.production import CrossSections, order_of
from protomodels.scoring.evaluation import Contribution
from protomodels.scoring.spectrum.exclusion import excluded_by, is_excluded
from protomodels.scoring.spectrum.results import Result, results_of
from protomodels.spectrum import Spectrum
from protomodels.tables import Report, finite


@dataclass(frozen=True)
class SpectrumEvaluation:
    """What one set of results says of one spectrum.

    Attributes
    ----------
    spectrum: what was evaluated.
    sections: its cross sections for mu = 1.
    options: SModelS's parameters that were used.
    predicted: its predictions, and the topologies and particles behind each.
    allowed: mu_max, and all limits that the critic looked at.
    best: the best legal combination; None where there is none.
    contributions: its results at mu-hat, the largest llr first.
    K: the test statistic; None where ``reason`` says why.
    reason: in words.
    model, parsimony: the proto-model that it is, with the counts of the prior; None for any other.
    warnings: sentences: notes of the reader, and what has to be said beside the numbers.
    without_sections: pairs of positive pids that were expected to be produced and have no cross section.
    fingerprint: of the results.
    coverage: how much of the produced cross section any result sees; None where nobody asked.
    """

    spectrum: Spectrum
    sections: CrossSections
    options: Options
    predicted: SpectrumPredictions
    allowed: AllowedStrength
    best: BestCombination | None
    contributions: tuple[Contribution, ...]
    K: float | None
    reason: str | None
    model: ProtoModel | None
    parsimony: Parsimony | None
    warnings: tuple[str, ...]
    without_sections: tuple[Pair, ...]
    fingerprint: str
    coverage: Coverage | None = None

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """A row for each result that sees the model; see :func:`.results.results_of`."""
        return results_of(self.predicted)

    @property
    def Z(self) -> float | None:  # noqa: N802 - the field's letter
        """Significance of the best combination, without any prior."""
        return None if self.best is None else math.sqrt(2.0 * max(self.best.log_ratio, 0.0))

    @property
    def mu_hat(self) -> float | None:
        """The signal strength at which the best combination is likeliest, in [0, mu_max]."""
        return None if self.best is None else self.best.mu_hat

    @property
    def mu_max(self) -> float:
        """The largest signal strength that the critic allows; inf without a limit."""
        return self.allowed.mu_max

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What the critic looked at, the strongest limit first; r is for mu = 1."""
        return self.allowed.limits

    @cached_property
    def excluded_by(self) -> tuple[tuple[str, str, str], ...]:
        """(analysis, region, type) of what excludes the model at 95% CL as it is; see :mod:`.exclusion`."""
        return excluded_by(self.limits, self.predicted.predictions)

    @property
    def is_excluded(self) -> bool:
        """Does any result exclude the model at 95% CL as it is?"""
        return is_excluded(self.limits, self.predicted.predictions)

    def to_dict(self, *, details: bool = True) -> dict[str, Any]:
        """As plain JSON values, as ``protomodels evaluate --format json`` and the API give them.

        What is not a finite number (no limit, no expected limit, no likelihood) is None.

        Parameters
        ----------
        details: also ``results`` and ``coverage``; :class:`protomodels.scoring.Evaluation` leaves them out by default.
        """
        counts = self.parsimony
        values = {
            "K": self.K,
            "Z": self.Z,
            "mu_hat": self.mu_hat,
            "mu_max": self.mu_max,
            "reason": self.reason,
            "n_particles": counts and counts.n_particles,
            "n_br": counts and counts.n_br,
            "n_ssm": counts and counts.n_ssm,
            "combination": [c.to_dict() for c in self.contributions],
            "critic": [limit.to_dict() for limit in self.limits],
            "excluded": self.is_excluded,
            "excluded_by": [dict(zip(("analysis", "region", "type"), row, strict=True)) for row in self.excluded_by],
            **(self._details() if details else {}),
            "warnings": list(self.warnings),
            "without_cross_sections": [list(pair) for pair in self.without_sections],
            "left_out": [{"analysis": name, "reason": why} for name, why in self.predicted.predictions.left_out],
            "reference_order": None if self.model is None else order_of(self.model),
            "results_fingerprint": self.fingerprint,
        }
        found: dict[str, Any] = finite(values)
        return found

    def _details(self) -> dict[str, Any]:
        coverage = None if self.coverage is None else self.coverage.to_dict()
        return {"results": [result.to_dict() for result in self.results], "coverage": coverage}

    def report(self) -> Report:
        """The same as tables, for the terminal and for notebooks."""
        from protomodels.scoring.spectrum.report import spectrum_report

        return spectrum_report(self)

    def __repr__(self) -> str:
        return f"<SpectrumEvaluation {self}>"

    def __str__(self) -> str:
        K = f"no K ({self.reason})" if self.K is None else f"K = {self.K:.3f}"
        Z = "no Z" if self.Z is None else f"Z = {self.Z:.3f}"
        held = "excluded" if self.is_excluded else "not excluded"
        return f"{self.spectrum.name}: {K}, {Z}, {held}"

    def _repr_html_(self) -> str:
        return self.report().html()
