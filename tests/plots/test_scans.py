"""Figures of scans, of made-up K."""

from __future__ import annotations

import numpy as np

from protomodels.plots.scans import scan_figure
from protomodels.scoring.scans import Scan


def test_a_panel_says_where_k_is_higher_than_that_of_the_model() -> None:
    values, none = np.array([100.0, 110.0, 120.0]), np.full(3, np.nan)
    below = Scan("m(X_t1) [GeV]", values, np.array([np.nan, 20.88, 20.21]), none, none, 120.0, 20.21)
    top = Scan("m(X_Z1) [GeV]", values, np.array([19.0, 20.21, np.nan]), none, none, 110.0, 20.21)
    figure = scan_figure([below, top], "")
    assert [panel.title for panel in figure.panels] == ["K = 20.88 at 110", ""]
    assert figure.alt.endswith("higher than that of the model: K = 20.88 at 110 of m(X_t1) [GeV]")
