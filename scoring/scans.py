"""K of a proto-model against one of its parameters, the others as they are (arXiv:2012.12246, figures 12 and 13)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from protomodels import changes
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel, plain
from protomodels.particles import PARTICLES, mass_interval
from protomodels.production import in_order
from protomodels.scoring.scorer import Scorer


@dataclass(frozen=True)
class Scan:
    """K along one parameter.

    Attributes
    ----------
    name: of the parameter, with its unit: ``m(X_t1) [GeV]``.
    values: of the parameter, ascending, shape (n,).
    K, Z: of the model there, at the mu-hat it has there, shape (n,); NaN where it cannot exist or nothing sees it.
    mu_max: how far the limits let all cross sections grow, in units of the model's own, shape (n,).
    here, K_here: value and K of the model itself.
    """

    name: str
    values: NDArray[np.float64]
    K: NDArray[np.float64]
    Z: NDArray[np.float64]
    mu_max: NDArray[np.float64]
    here: float
    K_here: float


def mass_scan(
    scorer: Scorer, model: ProtoModel, pid: int, width: float = 250.0, n: int = 51, keep_sections: bool = False
) -> Scan:
    """K against the mass of a particle, within ``width`` (GeV) of its own and inside its limits.

    Parameters
    ----------
    n: points, beside the model's own mass.
    keep_sections: whether the pairs of the particle keep their cross sections; else they keep their kappas.

    Raises
    ------
    ModelError: where the model has no such particle.
    """
    if pid not in model.masses:
        raise ModelError("particle", pid, "one of the model: " + ", ".join(map(str, model.masses)))
    model = in_order(model, scorer.policy.reference_order)
    here = model.masses[pid]
    low, high = mass_interval(pid, model.masses)
    values = np.union1d(np.linspace(max(low, here - width), min(high, here + width), n), [here])
    models = [with_masses(model, {pid: mass}, keep_sections, scorer.policy.off_shell) for mass in values.tolist()]
    return _scan(scorer, f"m({PARTICLES[pid].name}) [GeV]", values, models, here)


def strength_scan(
    scorer: Scorer, model: ProtoModel, pairs: Sequence[Pair], name: str, factors: Sequence[float] | None = None
) -> Scan:
    """K against a factor on the kappas of some pairs (by default 0 to 3, the model itself at 1).

    Raises
    ------
    ModelError: where a pair is not produced in the model.
    """
    for pair in pairs:
        if pair not in model.ssm:
            raise ModelError("pair", pair, "one of the model: " + ", ".join(map(str, model.ssm)))
    values = np.union1d(np.linspace(0.0, 3.0, 61) if factors is None else np.asarray(factors, dtype=float), [1.0])
    models = [
        replace(model, ssm={**model.ssm, **{pair: factor * model.ssm[pair] for pair in pairs}})
        for factor in values.tolist()
    ]
    return _scan(scorer, name, values, list(models), 1.0)


def with_masses(
    model: ProtoModel, masses: dict[int, float], keep_sections: bool, off_shell: bool = True
) -> ProtoModel | None:
    """The model with other masses (GeV) of some particles; None where it would lose a particle, or cannot exist."""
    moved = plain(model.masses) | {pid: float(mass) for pid, mass in masses.items()}
    return changes.with_masses(model, moved, off_shell, masses if keep_sections else ())


def _scan(
    scorer: Scorer, name: str, values: NDArray[np.float64], models: Sequence[ProtoModel | None], here: float
) -> Scan:
    found = [None if m is None else scorer.evaluate(m) for m in models]
    scored = [None if e is None or e.score is None else e for e in found]
    K = np.array([math.nan if e is None else e.K for e in scored], dtype=np.float64)
    Z = np.array([math.nan if e is None else e.Z for e in scored], dtype=np.float64)
    mu_max = np.array([math.nan if e is None else e.mu_max for e in scored], dtype=np.float64)
    return Scan(name, values, K, Z, mu_max, here, float(K[np.searchsorted(values, here)]))
