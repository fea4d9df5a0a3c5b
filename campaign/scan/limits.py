"""The judge of a scan: which results exclude a model, and how strongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from protomodels.campaign.scan.judge import Also, Kind, Scalar
from protomodels.critic import allowed_signal_strength
from protomodels.critic.limits import Limit
from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, SpectrumPredictor
from protomodels.production import CrossSections
from protomodels.scoring.spectrum import is_excluded
from protomodels.scoring.spectrum.proto import options_for, proto_model_of
from protomodels.spectrum import Decay, NewParticle, Spectrum
from protomodels.spectrum.spectrum import PROMPT

ALL: Final = "all"
_ENERGIES: Final = (8.0, 13.0)
"""TeV; energies whose total cross section has a column."""


class LimitJudge:
    """Largest r and where, mu_max, the number of analyses that see a model; r of analyses that are asked for.

    Of an analysis with efficiency maps the region counts that is expected to see most, as in
    :func:`protomodels.critic.allowed_signal_strength`.  What excludes a model is what excludes it in an evaluation
    (:func:`protomodels.scoring.spectrum.excluded_by`).

    Parameters
    ----------
    compiled: the results.
    options: SModelS's parameters; their defaults without.
    analyses: those whose r has columns of its own: names, or ``all``.
    tolerance: largest allowed r; ``mu_max`` is this over the largest one.
    also: fills further columns.

    Raises
    ------
    ConfigError: where the results have no such analysis.
    ResultsError: where they were compiled without the topologies of general models.
    """

    def __init__(
        self,
        compiled: CompiledPredictor,
        options: Options | None = None,
        analyses: Sequence[str] = (),
        tolerance: float = 1.3,
        also: Also | None = None,
    ) -> None:
        self._analyses = wanted(analyses, compiled.catalog.analyses)
        self._predictor = SpectrumPredictor.of(compiled)
        self._options, self._tolerance = options or Options(), tolerance
        self.fingerprint, self._also = compiled.fingerprint, also

    @property
    def columns(self) -> Mapping[str, Kind]:
        """Cross sections in fb, r and where, then r of single analyses."""
        return columns_of(self._analyses) | dict({} if self._also is None else self._also.columns)

    @property
    def options(self) -> Mapping[str, Any]:
        """SModelS's parameters by name, and the analyses that have columns."""
        own = asdict(self._options) | {"ignorePromptQNumbers": list(self._options.ignorePromptQNumbers)}
        more = {} if self._also is None else self._also.options
        return own | {"analyses": list(self._analyses), "tolerance": self._tolerance, **more}

    def prepare(self) -> None:
        """Compile what predictions need, by one of a small model."""
        self(small_model())

    def __call__(self, spectrum: Spectrum) -> Mapping[str, Scalar]:
        """The values of one model.

        Raises
        ------
        ModelError: where there are no cross sections.
        PredictionError: where the model has too many decay trees, or its decays go round in a circle.
        """
        options = options_for(proto_model_of(spectrum, self._options)[0], self._options)
        predicted = self._predictor.predict(spectrum, options=options)
        predictions = predicted.predictions
        allowed = allowed_signal_strength(predictions, self._tolerance)
        row = totals(spectrum.sections) | values_of(allowed.limits, self._analyses)
        row |= {} if self._also is None else self._also(spectrum, predicted)
        return row | {
            "excluded": is_excluded(allowed.limits, predictions),
            "mu_max": allowed.mu_max,
            "n_analyses": len(set(predictions.analysis.tolist())),
        }


def wanted(analyses: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The analyses that are named, in a list or with commas between; all of them for ``all``.

    Raises
    ------
    ConfigError: where one is not known.
    """
    if isinstance(analyses, str):  # is a sequence of letters, too
        analyses = [name.strip() for name in analyses.split(",") if name.strip()]
    missing = sorted(set(analyses) - {ALL, *known})
    if missing:
        raise ConfigError("analyses", ", ".join(missing), f"all, or names such as {', '.join(known[:3])}")
    return tuple(known) if ALL in analyses else tuple(dict.fromkeys(analyses))


def columns_of(analyses: Sequence[str]) -> dict[str, Kind]:
    """Names and kinds of what :func:`totals` and :func:`values_of` say, ``excluded``, ``mu_max`` and ``n_analyses``."""
    found = {f"sigma_{energy:g}": Kind.NUMBER for energy in _ENERGIES}
    for name in ("r_obs", "r_exp"):
        found |= {name: Kind.NUMBER, f"{name}_analysis": Kind.TEXT, f"{name}_region": Kind.TEXT}
    found |= {"excluded": Kind.TRUTH, "mu_max": Kind.NUMBER, "n_analyses": Kind.WHOLE}
    return found | {f"{name}:{own}": Kind.NUMBER for own in analyses for name in ("r_obs", "r_exp")}


def values_of(limits: Sequence[Limit], analyses: Sequence[str]) -> dict[str, Scalar]:
    """The largest r and where, and the largest r of each of these analyses."""
    row: dict[str, Scalar] = {}
    for name in ("r_obs", "r_exp"):
        best = _largest(limits, name)
        if best is not None:
            values = (getattr(best, name), best.analysis, best.region)
            row |= dict(zip((name, f"{name}_analysis", f"{name}_region"), values, strict=True))
        for own in analyses:
            best = _largest([limit for limit in limits if limit.analysis == own], name)
            row[f"{name}:{own}"] = None if best is None else getattr(best, name)
    return row


def _largest(limits: Sequence[Limit], name: str) -> Limit | None:
    known = [limit for limit in limits if np.isfinite(getattr(limit, name))]
    return max(known, key=lambda limit: float(getattr(limit, name)), default=None)


def totals(sections: CrossSections | None) -> dict[str, Scalar]:
    """The total cross section at each energy, fb."""
    if sections is None:
        return {}
    sums = dict(zip(sections.sqrts, sections.sigma.sum(axis=0).tolist(), strict=True))
    return {f"sigma_{energy:g}": sums.get(energy) for energy in _ENERGIES}


def small_model() -> Spectrum:
    """What kernels are compiled with: a coloured scalar that decays to a quark and a stable neutral fermion."""
    particles = {
        1000022: NewParticle(1000022, "X_Z1", 200.0, 0.0, 1, 0, 1, True),
        1000002: NewParticle(1000002, "X_u", 800.0, PROMPT, 0, 2, 3, False),
    }
    sigma = np.array([[1.0, 10.0]])
    sections = CrossSections(((-1000002, 1000002),), _ENERGIES, sigma, np.full_like(sigma, np.nan))
    return Spectrum(particles, {1000002: (Decay(1.0, (2, 1000022)),)}, sections, "small model")
