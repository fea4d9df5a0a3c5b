"""The numbers of a model as a vector."""

from __future__ import annotations

import numpy as np

from protomodels.scoring.gradient.parameters import Parameters
from tests.scoring.test_gradient import MODEL


def test_names_and_sums_of_branching_ratios() -> None:
    parameters = Parameters.of(MODEL)
    assert {"m(X_t1)", "BR(X_t1 -> t X_Z1)", "BR(X_g -> t X_t1)", "kappa(X_t1, X_t1)"} <= set(parameters.names)
    assert len(set(parameters.names)) == len(parameters)
    for own in parameters.mothers.values():
        assert np.abs(parameters.directions[:, own].sum(axis=1)).max() < 1e-12
        assert np.abs(parameters.free[own].sum(axis=0)).max() < 1e-12


def test_a_model_comes_back_from_its_parameters() -> None:
    """And one with a mass at which a decay is impossible does not."""
    parameters = Parameters.of(MODEL)
    same = parameters.model(MODEL, parameters.values)
    assert same is not None and (same.masses, same.decays) == (MODEL.masses, MODEL.decays)
    assert all(same.kappa(pair) == kappa for pair, kappa in MODEL.ssm.items())
    closed = parameters.values.copy()
    closed[parameters.number("m(X_W1)")] = MODEL.masses[1000006] - 1.0
    assert parameters.model(MODEL, closed) is None
