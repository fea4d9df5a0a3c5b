"""Proto-models: hiscores, evaluations, predictions.

``mu_hat`` and ``mu_max`` were called ``muhat`` and ``mumax`` by services of version 0.1.0; both are read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import AliasChoices, Field

from protomodels.client.schemas.base import Answer
from protomodels.settings import OLDER_ORDER

_MU_HAT: Final = AliasChoices("mu_hat", "muhat")
_MU_MAX: Final = AliasChoices("mu_max", "mumax")


class Hiscore(Answer):
    """A proto-model of a list."""

    id: int
    run: str
    walker: int
    step: int
    K: float
    Z: float
    n_particles: int
    masses: dict[int, float] = Field(description="GeV by pid")
    particles: list[str] = Field(description="names, the heaviest first")
    verdict: str | None = Field(default=None, description="how robust it is, in words; none where it was not judged")
    K_without_strongest: float | None = Field(default=None, description="K without its strongest analysis")


class Contribution(Answer):
    """A result of the best combination; ``signal`` is for mu = mu-hat.

    Numbers are events for an efficiency map (type EM), and fb for an upper limit (UL).  ``llr`` is
    ln L(mu-hat) - ln L(0).
    """

    analysis: str
    region: str | None
    type: str
    observed: float
    expected: float
    signal: float
    llr: float


class Limit(Answer):
    """A published limit: r = signal over 95% CL limit, and ``signal``, for mu = 1."""

    analysis: str
    region: str | None
    type: str
    r_obs: float
    r_exp: float | None
    signal: float


class Protomodel(Hiscore):
    """A proto-model with what drives its score and what limits it; ``model`` is as in MODEL.json.

    Attributes
    ----------
    robustness: what is left of K where data or model are a little otherwise; None where it was not judged.
    errors: 68% intervals of its parameters.
    """

    mu_hat: float = Field(validation_alias=_MU_HAT)
    mu_max: float | None = Field(validation_alias=_MU_MAX)
    n_br: int
    n_ssm: float
    fingerprint: str
    channels: str
    created_at: datetime
    model: dict[str, Any]
    contributions: list[Contribution]
    limits: list[Limit]
    robustness: dict[str, Any] | None = None
    errors: list[dict[str, Any]] = Field(default_factory=list)


class LeftOut(Answer):
    """An analysis that could not be evaluated, and why."""

    analysis: str
    reason: str


class Result(Answer):
    """What one result says of a model of any kind, for mu = 1; None where something is not known.

    Signals are events, or fb for an upper limit; limits are on sigma x BR (x efficiency), fb.
    """

    analysis: str
    region: str
    type: str
    topologies: list[str]
    particles: list[int]
    signal: float
    limit_observed: float | None
    limit_expected: float | None
    r_obs: float | None
    r_exp: float | None
    cls_obs: float | None
    cls_exp: float | None


class Evaluation(Answer):
    """K of a model and its parts; without a K, ``reason`` says why there is none.

    Attributes
    ----------
    results, coverage: as of a :class:`SpectrumEvaluation`; empty and None from a service of version 0.1.0.
    """

    K: float | None
    Z: float | None
    mu_hat: float | None = Field(validation_alias=_MU_HAT)
    mu_max: float | None = Field(validation_alias=_MU_MAX)
    reason: str | None = None
    n_particles: int
    n_br: int
    n_ssm: float
    combination: list[Contribution]
    critic: list[Limit]
    results: list[Result] = Field(default_factory=list)
    coverage: dict[str, Any] | None = None
    left_out: list[LeftOut]
    reference_order: str = Field(default=OLDER_ORDER, description="of the cross sections that kappas multiply")
    warnings: list[str] = Field(default_factory=list, description="how the text was read")
    seconds: float
    results_fingerprint: str


class SpectrumEvaluation(Answer):
    """What results say of a model that is no proto-model: it has no K, and ``reason`` says so."""

    K: float | None
    Z: float | None
    mu_hat: float | None
    mu_max: float | None
    reason: str | None
    excluded: bool
    excluded_by: list[dict[str, str]]
    combination: list[Contribution]
    critic: list[Limit]
    results: list[Result]
    coverage: dict[str, Any] | None
    warnings: list[str]
    without_cross_sections: list[tuple[int, int]]
    left_out: list[LeftOut]
    seconds: float
    results_fingerprint: str


class Prediction(Answer):
    """What one result says of a proto-model, for mu = 1; signals are events, or fb for an upper limit."""

    analysis: str
    region: str
    type: str
    signal: float
    observed: float | None
    expected: float | None
    r_obs: float | None
    r_exp: float | None


class Explanation(Answer):
    """What a score rests on.

    Attributes
    ----------
    without_particle, without_analysis: K without each; None where no K remains.
    candidates: the results that could be combined.
    chosen: places of the best combination among the candidates.
    n_legal: number of legal combinations that were searched.
    """

    K: float
    without_particle: dict[str, float | None]
    without_analysis: dict[str, float | None]
    candidates: list[str]
    chosen: list[int] = Field(description="places among the candidates")
    n_legal: int = Field(description="legal combinations that were searched")
