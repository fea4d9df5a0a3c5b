"""What a database says about each result, independent of any model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Catalog:
    """One row a result: a signal region of an efficiency-map (EM) analysis, or an upper-limit (UL) map.

    All arrays have shape (n,).

    Attributes
    ----------
    analysis: publication id, ``CMS-SUS-19-006``.
    region: signal region of an EM row, topology (``T2tt``) of a UL row.
    is_ul: True for UL rows.
    experiment: ATLAS or CMS.
    sqrts: TeV.
    lumi: integrated luminosity, 1/fb.
    observed, background, delta: event counts and Gaussian uncertainty of EM rows, NaN for UL rows.
    limit_observed, limit_expected: 95% CL limits on sigma x efficiency of EM rows, fb, NaN for UL rows.
    url: where the publication is.
    """

    analysis: NDArray[np.str_]
    region: NDArray[np.str_]
    is_ul: NDArray[np.bool_]
    experiment: NDArray[np.str_]
    sqrts: NDArray[np.float64]
    lumi: NDArray[np.float64]
    observed: NDArray[np.float64]
    background: NDArray[np.float64]
    delta: NDArray[np.float64]
    limit_observed: NDArray[np.float64]
    limit_expected: NDArray[np.float64]
    url: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.analysis)

    @property
    def analyses(self) -> list[str]:
        """The ids of all analyses, sorted."""
        return sorted(set(self.analysis.tolist()))
