"""The critic of arXiv:2012.12246, section 4.4: no published limit may be broken by more than a tolerance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from protomodels.predictor.predictions import Predictions
from protomodels.predictor.regions import best_expected
from protomodels.results.catalog import result_type
from protomodels.settings import Policy


@dataclass(frozen=True, slots=True)
class Limit:
    """One published limit and what the model gives for mu = 1.

    Attributes
    ----------
    analysis, region: the result; the region of a UL is its topology.
    is_ul: an upper-limit map, else the most sensitive region of an efficiency-map analysis.
    r_obs, r_exp: signal / 95% CL limit; the expected one is NaN where it was not published.
    signal: fb for UL, events for EM.
    """

    analysis: str
    region: str
    is_ul: bool
    r_obs: float
    r_exp: float
    signal: float

    @property
    def excludes(self) -> bool:
        """Is the model excluded at 95% CL as it is: r_obs > 1, as SModelS has it (``slhaPrinter.py`` of 3.1.1)."""
        return self.r_obs > 1.0

    def to_dict(self) -> dict[str, Any]:
        """As plain values; ``type`` is UL or EM."""
        return {
            "analysis": self.analysis,
            "region": self.region,
            "type": result_type(self.is_ul),
            "r_obs": self.r_obs,
            "r_exp": self.r_exp,
            "signal": self.signal,
        }


@dataclass(frozen=True)
class AllowedStrength:
    """mu_max and what sets it.

    Attributes
    ----------
    mu_max: largest allowed signal strength; infinite where no result constrains the model.
    limiting: the predictions that limit the model, the strongest (largest r_obs) first.
    """

    mu_max: float
    limiting: Predictions

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """All limits, the strongest first."""
        catalog, rows = self.limiting.catalog, self.limiting.rows
        columns = (
            catalog.analysis[rows].tolist(),
            catalog.region[rows].tolist(),
            catalog.is_ul[rows].tolist(),
            self.limiting.r_obs.tolist(),
            self.limiting.r_exp.tolist(),
            self.limiting.signal.tolist(),
        )
        return tuple(Limit(*row) for row in zip(*columns, strict=True))

    def scaled(self, mu: float) -> AllowedStrength:
        """The same for all cross sections times ``mu``."""
        return AllowedStrength(self.mu_max / mu, self.limiting.scaled(mu))


def allowed_signal_strength(predictions: Predictions, tolerance: float = 1.3) -> AllowedStrength:
    r"""The largest signal strength that the published limits allow.

    .. math:: \mu_{\max} = \mathrm{tolerance} / \max_i r_i, \qquad r_i = \sigma_i / \sigma^{UL}_{obs,i}

    over all upper-limit results and, per efficiency-map analysis, the region with the best expected sensitivity.

    Parameters
    ----------
    tolerance: largest allowed r; above 1 because among many limits some exclude by chance.
    """
    chosen = np.array(best_expected(predictions), dtype=np.intp)
    r = predictions.r_obs[chosen]
    chosen, r = chosen[np.isfinite(r)], r[np.isfinite(r)]
    order = np.argsort(-r, kind="stable")
    largest = float(r[order[0]]) if len(r) else 0.0
    return AllowedStrength(tolerance / largest if largest > 0.0 else math.inf, predictions.take(chosen[order]))


class Critic(Protocol):
    """Limits the signal strength of a model.

    >>> def cautious(predictions, policy):
    ...     return allowed_signal_strength(predictions, tolerance=1.0)
    """

    def __call__(self, predictions: Predictions, policy: Policy) -> AllowedStrength:
        """mu_max of a model, and what sets it."""
        ...


def published_limits(predictions: Predictions, policy: Policy) -> AllowedStrength:
    """The critic of both policies: :func:`allowed_signal_strength` with the tolerance of the policy."""
    return allowed_signal_strength(predictions, policy.tolerance)
