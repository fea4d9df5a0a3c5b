"""Where two masses may lie, given a proto-model's cross sections (arXiv:2012.12246, figure 14).

With a flat prior in the masses over the scanned rectangle, the posterior is the likelihood; a credible region is the
smallest set of cells that holds the wanted part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.production import cross_sections, in_order
from protomodels.scoring.scans import with_masses
from protomodels.scoring.scorer import Scorer

LEVELS: Final = (0.68, 0.95)


@dataclass(frozen=True)
class MassPlane:
    """Likelihoods in a plane of two masses, for mu = 1.

    Attributes
    ----------
    x, y: pids of the two particles.
    x_masses, y_masses: GeV, ascending, shapes (n,) and (m,).
    llr: by result of the best combination, ``ANALYSIS REGION``: ln L - ln L(no signal), shape (m, n); a result that
        does not see the model has 0; NaN where the model cannot exist.
    here: the model's own masses (x, y), GeV.
    """

    x: int
    y: int
    x_masses: NDArray[np.float64]
    y_masses: NDArray[np.float64]
    llr: dict[str, NDArray[np.float64]]
    here: tuple[float, float]

    @property
    def combined(self) -> NDArray[np.float64]:
        """Sum of all results, shape (m, n)."""
        return np.asarray(sum(self.llr.values()))


def mass_plane(
    scorer: Scorer,
    model: ProtoModel,
    x: int,
    y: int,
    x_masses: NDArray[np.float64],
    y_masses: NDArray[np.float64],
) -> MassPlane:
    """The likelihood of each result of the model's best combination in a plane of two masses.

    Cross sections, other masses and branching ratios stay those of the model.

    Raises
    ------
    ModelError: where the model has no such particles, or no score.
    """
    for pid in (x, y):
        if pid not in model.masses:
            raise ModelError("particle", pid, "one of the model: " + ", ".join(map(str, model.masses)))
    model = in_order(model, scorer.policy.reference_order)
    rows = _rows_of_best(scorer, model)
    llr = {name: np.zeros((len(y_masses), len(x_masses))) for name in rows.values()}
    for i, y_mass in enumerate(y_masses.tolist()):
        for j, x_mass in enumerate(x_masses.tolist()):
            moved = with_masses(model, {x: x_mass, y: y_mass}, True, scorer.policy.off_shell)
            values = None if moved is None else _ratios(scorer, moved, rows)
            for name, plane in llr.items():
                plane[i, j] = np.nan if values is None else values[name]
    return MassPlane(x, y, x_masses, y_masses, llr, (model.masses[x], model.masses[y]))


def credible_region(llr: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """The cells of highest likelihood that together hold ``level`` of it, all cells counting alike.

    Parameters
    ----------
    llr: ln L of equally large cells, any shape; NaN counts as 0 likelihood.

    >>> credible_region(np.log([1.0, 6.0, 3.0]), 0.68).tolist()
    [False, True, True]
    """
    weight = np.exp(np.where(np.isnan(llr), -np.inf, llr) - np.nanmax(llr)).ravel()
    order = np.argsort(-weight, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    inside = np.zeros(weight.size, dtype=bool)
    inside[order[: int(np.searchsorted(share, level)) + 1]] = True
    return inside.reshape(llr.shape)


def _rows_of_best(scorer: Scorer, model: ProtoModel) -> dict[int, str]:
    """Catalog rows of the results of the best combination, with their names."""
    found = scorer.evaluate(model)
    if found.score is None:
        raise ModelError("model", model.fingerprint(), "a model with a K")
    rows = scorer.candidates(found.predictions, found.mu_max).rows[list(found.score.best.members)].tolist()
    catalog = scorer.predictor.catalog
    return {row: f"{catalog.analysis[row]} {catalog.region[row]}" for row in rows}


def _ratios(scorer: Scorer, model: ProtoModel, rows: dict[int, str]) -> dict[str, float]:
    """ln L(1) - ln L(0) by name; a UL map with several clusters counts with its strongest."""
    predictions = scorer.predictor.predict(model, cross_sections(model))
    usable = np.flatnonzero(np.isin(predictions.rows, list(rows)) & predictions.has_likelihood)
    found = predictions.take(usable)
    values = dict.fromkeys(rows.values(), 0.0)
    llr = found.log_likelihood_ratio([1.0])[:, 0].tolist() if len(found) else []
    strongest: dict[int, float] = {}
    for row, sigma, value in zip(found.rows.tolist(), found.sigma.tolist(), llr, strict=True):
        if sigma > strongest.get(row, -1.0):
            strongest[row] = sigma
            values[rows[row]] = value
    return values
