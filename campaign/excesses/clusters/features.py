"""Selected models as points: masses of what their excesses come from, or the topologies that carry them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.clusters.families import family
from protomodels.campaign.excesses.selection import Model
from protomodels.campaign.scan.judge import MASS

Floats = NDArray[np.float64]

SEEN_IN: Final = 0.05
"""Share of the models in which a family has to be behind an excess, to be a feature."""


@dataclass(frozen=True)
class Features:
    """n models as points.

    Attributes
    ----------
    names: of the features.
    values: as they are, NaN where a model has none, (n, features).
    points: standardised to mean 0 and standard deviation 1, (n, features or more): of a feature that some models lack
        they have 0, and one more column says which.
    numbers: they are numbers, not only 1 or 0.
    """

    names: tuple[str, ...]
    values: Floats
    points: Floats
    numbers: bool = True


def masses_behind(model: Model) -> dict[str, float]:
    """Mass of the lightest particle of each family behind the small excesses, GeV; of neutralinos beside the lightest.

    The lightest particle behind them is ``lightest``.
    """
    names = {name for seen in model.seen for name in seen.particles if MASS + name in model.values}
    listed = sorted((model.values[MASS + name], name) for name in names)
    found: dict[str, float] = {}
    if listed:
        found["lightest"] = listed[0][0]
    for mass, name in listed[1:]:
        found.setdefault(family(name), mass)
    return found


def model_features(models: Sequence[Model]) -> Features:
    """Masses in GeV, the ratio of the lightest to the heaviest of them, and log10 of the cross section at 13 TeV."""
    rows = []
    for model in models:
        row = masses_behind(model)
        heaviest = max(row.values(), default=0.0)
        if heaviest > 0.0:
            row["lightest / heaviest"] = row["lightest"] / heaviest
        if (sigma := model.values.get("sigma_13", 0.0)) > 0.0:
            row["log10 sigma_13"] = float(np.log10(sigma))
        rows.append(row)
    often = Counter(name for row in rows for name in row)
    names = tuple(sorted(name for name, n in often.items() if n >= SEEN_IN * len(models)))
    values = np.array([[row.get(name, np.nan) for name in names] for row in rows]).reshape(len(models), len(names))
    return Features(names, values, standardised(values))


def final_state_features(models: Sequence[Model]) -> Features:
    """Which topologies carry the small excesses: 1 or 0 for each that does so in any model."""
    own = [{name for seen in model.seen for name in seen.topologies} for model in models]
    names = tuple(sorted(set().union(*own)))
    values = np.array([[float(name in row) for name in names] for row in own]).reshape(len(models), len(names))
    return Features(names, values, standardised(values), numbers=False)


def standardised(values: Floats) -> Floats:
    """Columns with mean 0 and standard deviation 1; what is missing is 0, and has a column that says so.

    >>> standardised(np.array([[1.0, 5.0], [3.0, np.nan], [5.0, 5.0]])).round(2).tolist()
    [[-1.22, 0.0, 0.71], [0.0, 0.0, -1.41], [1.22, 0.0, 0.71]]
    """
    if not len(values):
        return values
    there = np.isfinite(values)
    counted = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, values, 0.0).sum(axis=0) / counted
    centred = np.where(there, values - mean, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / counted)
    some = ~there.all(axis=0)
    share = there[:, some].mean(axis=0)
    known = (there[:, some] - share) / np.sqrt(np.maximum(share * (1.0 - share), 1e-12))
    return np.concatenate([centred / np.where(spread > 0.0, spread, 1.0), known], axis=1)
