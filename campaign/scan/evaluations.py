"""The judge of a scan that also combines: what a scorer of spectra says, as a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from protomodels.campaign.scan.judge import Also, Kind, Scalar
from protomodels.campaign.scan.limits import columns_of, small_model, totals, values_of, wanted
from protomodels.critic.limits import Limit
from protomodels.predictor.general import SpectrumPredictions
from protomodels.production import CrossSections
from protomodels.scoring.evaluation import Contribution
from protomodels.spectrum import Spectrum


class Answer(Protocol):
    """What is asked of an evaluation; see the scorer for what each of it is."""

    @property
    def limits(self) -> Sequence[Limit]:
        """The strongest first."""
        ...

    @property
    def predicted(self) -> SpectrumPredictions:
        """Its predictions."""
        ...

    @property
    def contributions(self) -> Sequence[Contribution]:
        """Of the best combination."""
        ...

    @property
    def sections(self) -> CrossSections:
        """For mu = 1."""
        ...

    @property
    def is_excluded(self) -> bool:
        """At 95% CL."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """Sentences, those of the reader of the file among them."""
        ...

    @property
    def K(self) -> float | None:  # noqa: N802 - the field's letter
        """Of a proto-model."""
        ...

    @property
    def reason(self) -> str | None:
        """Why there is no K."""
        ...

    @property
    def Z(self) -> float | None:  # noqa: N802 - the field's letter
        """Of the best combination."""
        ...

    @property
    def mu_hat(self) -> float | None:
        """Of the best combination."""
        ...

    @property
    def mu_max(self) -> float:
        """inf without a limit."""
        ...


class EvaluationJudge:
    """Rows of evaluations: limits as of :class:`.limits.LimitJudge`, Z and the combination, K or why there is none.

    Parameters
    ----------
    evaluate: the scorer of spectra.
    fingerprint: of its results.
    known: the analyses of the results.
    options: what else its answers depend on, plain values.
    analyses: those whose r has columns of its own: names, or ``all``.
    also: fills further columns.

    Raises
    ------
    ConfigError: where the results have no such analysis.
    """

    def __init__(
        self,
        evaluate: Callable[[Spectrum], Answer],
        fingerprint: str,
        known: Sequence[str],
        options: Mapping[str, Any],
        analyses: Sequence[str] = (),
        also: Also | None = None,
    ) -> None:
        self._evaluate, self.fingerprint, self._also = evaluate, fingerprint, also
        self._analyses = wanted(analyses, known)
        self.options = {**options, "analyses": list(self._analyses), **({} if also is None else also.options)}

    @property
    def columns(self) -> Mapping[str, Kind]:
        """Z, K and the combination, then those of limits."""
        own = {"Z": Kind.NUMBER, "K": Kind.NUMBER, "no_K": Kind.TEXT, "mu_hat": Kind.NUMBER, "combination": Kind.TEXT}
        return own | columns_of(self._analyses) | dict({} if self._also is None else self._also.columns)

    def prepare(self) -> None:
        """Compile what evaluations need, by one of a small model."""
        self._evaluate(small_model())

    def __call__(self, spectrum: Spectrum) -> Mapping[str, Scalar]:
        """The values of one model; errors as of the scorer."""
        found = self._evaluate(spectrum)
        row = totals(found.sections) | values_of(found.limits, self._analyses)
        row |= {"mu_max": found.mu_max, "n_analyses": len({limit.analysis for limit in found.limits})}
        row |= {"Z": found.Z, "K": found.K, "no_K": found.reason, "mu_hat": found.mu_hat}
        row |= {} if self._also is None else self._also(spectrum, found.predicted)
        named = dict.fromkeys(contribution.analysis for contribution in found.contributions)
        said = [warning for warning in found.warnings if warning not in spectrum.notes]
        return row | {
            "excluded": found.is_excluded,
            "combination": " ".join(named) or None,
            "warnings": "; ".join(said) or None,
        }
