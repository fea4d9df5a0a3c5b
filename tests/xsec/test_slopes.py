"""Derivatives of reference cross sections."""

from __future__ import annotations

import numpy as np

from protomodels.xsec import reference_cross_sections
from protomodels.xsec.slopes import reference_slopes

MASSES = {1000022: 210.13, 1000001: 690.21, 1000006: 830.67, 1000024: 402.55, 1000021: 1304.31}


def test_slopes_of_reference_cross_sections() -> None:
    """Central differences, of squarks, gluinos, sleptons, charginos and neutralinos, in both orders."""
    masses = {**MASSES, 1000002: 733.3, 1000005: 611.7, 1000011: 220.2, 1000012: 215.7, 1000023: 299.1}
    for order in ("NLO+NLL", "NNLO_approx+NNLL"):
        _, sigma, slopes = reference_slopes(masses, [8.0, 13.0], order)  # type: ignore[arg-type]  # one of the orders
        for i, pid in enumerate(masses):
            sides = [
                reference_cross_sections({**masses, pid: masses[pid] + step}, [8.0, 13.0], order)[1]  # type: ignore[arg-type]
                for step in (1e-3, -1e-3)
            ]
            assert np.abs((sides[0] - sides[1]) / 2e-3 - slopes[:, :, i]).max() <= 1e-8 * np.abs(sigma).max()


def test_beyond_a_table_nothing_changes() -> None:
    """The heaviest stop of the tables and one beyond: the same cross section, a slope of 0."""
    pairs, sigma, slopes = reference_slopes({1000022: 100.0, 1000006: 9e4}, [13.0])
    _, edge, _ = reference_slopes({1000022: 100.0, 1000006: 1e5}, [13.0])
    assert pairs == ((-1000006, 1000006),) and (sigma == edge).all() and not slopes.any()
