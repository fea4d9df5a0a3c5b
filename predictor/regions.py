"""Which region of an analysis counts: for the combination by excess, for the critic by sensitivity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from predictor.predictions import Predictions


def _best_per_group(score: NDArray[np.float64], groups: list[tuple[str, bool]]) -> list[int]:
    """The row with the largest finite score in each group; ties go to the earlier row."""
    best: dict[tuple[str, bool], int] = {}
    for row, group in enumerate(groups):
        if np.isfinite(score[row]) and (group not in best or score[row] > score[best[group]]):
            best[group] = row
    return sorted(best.values())


def most_excess(predictions: Predictions, em_before_ul: bool) -> list[int]:
    """The rows that may enter combinations (policy "most-excess" of arXiv:2012.12246, section 3.2).

    Per analysis and type (EM, UL) the row with the largest UL_obs / UL_exp, among rows with a likelihood.

    Parameters
    ----------
    em_before_ul: where an analysis has EM rows, leave its UL row out.
    """
    usable = predictions.has_likelihood
    score = np.where(usable, predictions.limit_observed / predictions.limit_expected, np.nan)
    chosen = _best_per_group(score, _groups(predictions))
    if em_before_ul:
        analysis, is_ul = predictions.analysis, predictions.is_ul
        with_em = {analysis[i] for i in chosen if not is_ul[i]}
        chosen = [i for i in chosen if not (is_ul[i] and analysis[i] in with_em)]
    return chosen


def best_expected(predictions: Predictions) -> list[int]:
    """The rows that limit the signal: every UL row, and per EM analysis the region with the largest r_exp."""
    em = _best_per_group(np.where(predictions.is_ul, np.nan, predictions.r_expected), _groups(predictions))
    ul = np.flatnonzero(predictions.is_ul & np.isfinite(predictions.limit_observed)).tolist()
    return sorted(em + ul)


def _groups(predictions: Predictions) -> list[tuple[str, bool]]:
    return list(zip(predictions.analysis.tolist(), predictions.is_ul.tolist(), strict=True))
