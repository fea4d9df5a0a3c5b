"""Which region of an analysis counts: for the combination by excess, for the critic by sensitivity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from protomodels.predictor.predictions import Predictions


def _best_per_group(score: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.intp]:
    """The row with the largest finite score in each group, ascending; ties go to the earlier row."""
    finite = np.flatnonzero(np.isfinite(score))
    order = finite[np.lexsort((finite, -score[finite], group[finite]))]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = group[order[1:]] != group[order[:-1]]
    return np.sort(order[first])


def most_excess(predictions: Predictions, em_before_ul: bool) -> list[int]:
    """The rows that may enter combinations (policy "most-excess" of arXiv:2012.12246, section 3.2).

    Per analysis and type (EM, UL) the row with the largest UL_obs / UL_exp, among rows with a likelihood that are no
    control or validation regions.

    Parameters
    ----------
    predictions: of one model, n rows.
    em_before_ul: where an analysis has EM rows, leave its UL row out.

    Returns
    -------
    Indices of rows of ``predictions``, ascending.
    """
    usable = predictions.has_likelihood & ~predictions.is_control
    score = np.where(usable, predictions.limit_observed / predictions.limit_expected, np.nan)
    chosen = _best_per_group(score, predictions.catalog.group[predictions.rows])
    if em_before_ul:
        analysis, is_ul = predictions.analysis[chosen], predictions.is_ul[chosen]
        chosen = chosen[~(is_ul & np.isin(analysis, analysis[~is_ul]))]
    return [int(i) for i in chosen]


def combined_or_most_excess(predictions: Predictions, em_before_ul: bool) -> list[int]:
    """As :func:`most_excess`, but an analysis with published correlations enters with its regions combined.

    Of several combinations of regions the one with the largest expected significance counts,
    s^T (V + b)^-1 s with the covariance V of the backgrounds.

    Parameters and result as for :func:`most_excess`.
    """
    chosen = most_excess(predictions, em_before_ul)
    best: dict[str, tuple[float, int]] = {}
    for i, row in enumerate(predictions.rows.tolist()):
        if row in predictions.catalog.combined:
            signals = predictions.signals_of(row)
            strength = float(signals @ predictions.catalog.combined[row].expected_weight @ signals)
            name = str(predictions.catalog.analysis[row])
            best[name] = max(best.get(name, (-np.inf, i)), (strength, i))
    analysis, is_ul = predictions.analysis, predictions.is_ul
    singles = [i for i in chosen if is_ul[i] or str(analysis[i]) not in best]
    return sorted(singles + [i for _, i in best.values()])


def best_expected(predictions: Predictions) -> list[int]:
    """The rows that limit the signal: every UL row, and per EM analysis the region with the largest r_exp.

    The region is chosen by what it is expected to see, never by what it saw: an upward or downward fluctuation must
    not decide which limit counts.  Control and validation regions limit nothing.

    Parameters
    ----------
    predictions: of one model, n rows.

    Returns
    -------
    Indices of rows of ``predictions`` with an observed limit, ascending.
    """
    # rows that combine regions have no published limit: the critic looks at their regions
    usable = np.isfinite(predictions.limit_observed) & ~predictions.is_control
    published = np.where(usable, predictions.r_exp, np.nan)
    em = _best_per_group(np.where(predictions.is_ul, np.nan, published), predictions.catalog.group[predictions.rows])
    ul = np.flatnonzero(predictions.is_ul & np.isfinite(predictions.limit_observed))
    return sorted(em.tolist() + ul.tolist())
