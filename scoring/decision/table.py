"""A catalog, a table of combinable pairs and a policy as flat arrays, for the kernels of a decision."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner import Combinability
from protomodels.predictor.maps.edges import MOST_MARKED
from protomodels.results.catalog import Catalog
from protomodels.settings import Policy
from protomodels.statistics.truncated_gaussian import mode_spline

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Table(NamedTuple):
    """What does not depend on a model: n results, k joint likelihoods with r regions.

    Attributes
    ----------
    is_ul, is_control: (n,).  group: of one analysis and type, (n,).  analysis: number of each, (n,).
    place: number of each experiment and sqrt(s), (n,).  label: row and column in ``listed``, (n,).
    observed, background, delta: events, (n,).  lumi: 1/fb, (n,).
    joint: number of the joint likelihood, -1 for none, (n,).
    listed: which pairs of labels may be combined.
    joint_rows: catalog row of each region of the joint likelihoods, -1 for none, (r,).
    joint_expected: inverse of the expected covariance of each joint likelihood, row by row.
    modes: knots and coefficients of the mode of an upper limit's Gaussian, (5, knots - 1).
    """

    is_ul: Bools
    is_control: Bools
    group: Ints
    analysis: Ints
    place: Ints
    label: Ints
    observed: Floats
    background: Floats
    delta: Floats
    lumi: Floats
    joint: Ints
    listed: Bools
    joint_rows: Ints
    joint_expected: Floats
    modes: Floats


class Rules(NamedTuple):
    """The choices of a policy that a decision needs; see :class:`protomodels.settings.Policy`."""

    tolerance: float
    min_sensitivity: float
    em_before_ul: bool
    distinct_topologies: bool
    min_results: int
    most_marked: float


def rules_of(policy: Policy) -> Rules:
    """Those of a policy."""
    return Rules(
        float(policy.tolerance),
        float(policy.min_sensitivity),
        policy.em_before_ul,
        policy.distinct_topologies,
        policy.min_results,
        math.inf if policy.edges_count else MOST_MARKED,
    )


def table_of(catalog: Catalog, combinability: Combinability, strict: bool) -> Table:
    """The arrays of a catalog.

    Parameters
    ----------
    strict: pairs that are known to share events are refused.
    """
    joint = np.full(len(catalog), -1, dtype=np.int64)
    joint[list(catalog.combined)] = np.arange(len(catalog.combined))
    region = [r if alone else "" for r, alone in zip(catalog.region.tolist(), catalog.is_region.tolist(), strict=True)]
    label, first = combinability.classes(catalog.analysis.tolist(), region)
    listed = combinability.pairwise(
        catalog.analysis[first].tolist(),
        [region[row] or None for row in first],
        catalog.experiment[first].tolist(),
        catalog.sqrts[first].tolist(),
        strict=strict,
    )
    sets = list(catalog.combined.values())
    spline = mode_spline()
    return Table(
        # copies: those of a mapped file may not be written to, which the kernels would be compiled for once more
        np.array(catalog.is_ul, dtype=np.bool_),
        catalog.is_control,
        catalog.group,
        _numbers(catalog.analysis.tolist()),
        _numbers(list(zip(catalog.experiment.tolist(), catalog.sqrts.tolist(), strict=True))),
        label,
        np.array(catalog.observed, dtype=np.float64),
        np.array(catalog.background, dtype=np.float64),
        np.array(catalog.delta, dtype=np.float64),
        np.array(catalog.lumi, dtype=np.float64),
        joint,
        listed,
        np.concatenate([np.zeros(0, dtype=np.int64), *(entry.rows for entry in sets)]),
        np.concatenate([np.zeros(0), *(entry.expected_weight.ravel() for entry in sets)]),
        np.vstack([spline.x[:-1], spline.c]),
    )


def _numbers(values: list[object]) -> Ints:
    known: dict[object, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)
