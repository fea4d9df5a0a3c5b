"""A statistic of regions and a critic of the user's own: what they are, and whether they give what they must."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from protomodels.critic import AllowedStrength, Critic
from protomodels.errors import ConfigError
from protomodels.predictor import Predictions
from protomodels.settings import Policy


class RegionStatistic(Protocol):
    """Which rows of predictions may enter combinations: normally one signal region of each analysis.

    >>> import numpy as np
    >>> def every_region(predictions, policy):
    ...     return np.flatnonzero(predictions.has_likelihood)
    """

    def __call__(self, predictions: Predictions, policy: Policy) -> Sequence[int] | NDArray[Any]:
        """Indices of the chosen rows of ``predictions``, which are those that can see the model."""
        ...


def check_parts(choose_regions: RegionStatistic | None, critic: Critic | None) -> None:
    """Refuse parts that cannot be called.

    Raises
    ------
    ConfigError: naming the part.
    """
    if choose_regions is not None and not callable(choose_regions):
        raise ConfigError("choose_regions", choose_regions, "a function of the predictions and the policy")
    if critic is not None and not callable(critic):
        raise ConfigError("critic", critic, "a function of the predictions and the policy")


def checked_rows(rows: object, n: int) -> NDArray[np.intp]:
    """What a statistic of regions gave, as indices.

    Parameters
    ----------
    n: number of rows to choose from.

    Raises
    ------
    ConfigError: where it is no list of different whole numbers from 0 to n - 1.  NumPy would take -1 for the last row,
        and True for row 1.

    >>> checked_rows([0, 2], 3)
    array([0, 2])
    """
    allowed = f"indices of rows of the predictions: different whole numbers from 0 to {n - 1}"
    try:
        found = np.asarray(rows)
    except ValueError:  # rows of different lengths
        raise ConfigError("choose_regions", rows, allowed) from None
    if found.shape == (0,):
        return np.zeros(0, dtype=np.intp)
    whole = found.ndim == 1 and np.issubdtype(found.dtype, np.integer)
    if not whole or found.min() < 0 or found.max() >= n or len(np.unique(found)) < len(found):
        raise ConfigError("choose_regions", rows, allowed)
    return found.astype(np.intp)


def checked_strength(allowed: object) -> AllowedStrength:
    """What a critic gave.

    Raises
    ------
    ConfigError: where that is no :class:`AllowedStrength` with mu_max of at least 0.
    """
    if not isinstance(allowed, AllowedStrength) or not isinstance(allowed.limiting, Predictions):
        raise ConfigError("critic", allowed, "an AllowedStrength with the predictions that limit the model")
    if not isinstance(allowed.mu_max, Real) or not allowed.mu_max >= 0.0:
        raise ConfigError("critic", allowed.mu_max, "an AllowedStrength with mu_max of at least 0")
    return allowed
