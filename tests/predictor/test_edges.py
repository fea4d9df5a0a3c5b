"""What is marked: the last cells of maps against geometry, extrapolation, and the share of combined regions."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from protomodels.kernel import kernel
from protomodels.predictor.maps.edges import FAR, is_last_cell, is_marked
from protomodels.predictor.numeric.collecting import Sets, combine_regions
from protomodels.results.compiled.tables import Floats, Grids, Ints, grids_from
from protomodels.results.compiled.triangulations import Triangulations
from tests.predictor.test_locate import SHAPES, _txname_data

Points = NDArray[np.float64]
Bits = NDArray[np.uint64]
LOW = np.random.default_rng(11)
MAPS: dict[str, Points] = {
    **{name: SHAPES[name] for name in SHAPES if name != "scattered 4d" and "four" not in name},
    "scattered line": np.sort(LOW.uniform(20.0, 900.0, 30))[:, None],
    "line down to 0": np.append(LOW.uniform(20.0, 900.0, 30), 0.0)[:, None],
    "fixed massless X_Z1": np.column_stack([LOW.uniform(100.0, 900.0, 25), np.zeros(25)]),
    "three masses, massless X_Z1": np.column_stack([LOW.uniform(100.0, 900.0, (40, 2)), np.full(40, 1.0)]),
    "scattered down to 0": np.vstack(
        [LOW.uniform(100.0, 900.0, (40, 2)), np.column_stack([np.linspace(100, 900, 9), np.zeros(9)])]
    ),
}


@kernel
def _last(grids: Grids, simplex: int) -> bool:
    return bool(is_last_cell(grids, 0, simplex))


@kernel
def _marked(grids: Grids, simplex: int, distance: float) -> bool:
    return bool(is_marked(grids, 0, simplex, distance))


@kernel
def _combined(numbers: Floats, sets: Sets, sigma: Floats, marked: Floats, particles: Ints, topologies: Bits) -> Floats:
    return combine_regions(numbers, sets, sigma, marked, particles, topologies)


def grids_of(points: Points) -> Grids:
    collected = Triangulations()
    collected.add(_txname_data(points, np.ones(len(points))))
    return grids_from(collected.arrays(), "")


def expected(grids: Grids) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """By geometry: which cells have a side beyond whose middle there is nothing; which are flat, and no cells.

    A point a thousandth of a GeV outside the middle of a side lies in the convex hull, or not; no neighbours are asked.
    """
    about = grids.about[0]
    d, full = int(about["dimension"]), int(about["full"])
    points = grids.points.reshape(-1, d)
    if d == 1:
        cells = np.array([(i + 1, i) for i in range(len(points) - 1)])
        normals, offsets = np.array([[1.0], [-1.0]]), np.array([-points.max(), points.min()])
    else:
        cells, hull = grids.vertices.reshape(-1, d + 1), ConvexHull(points).equations
        normals, offsets = hull[:, :-1], hull[:, -1]
    rotation = grids.rotation[0, :full, :d]
    masses = grids.shift[0, :full] + points @ rotation.T
    last, flat = np.zeros(len(cells), np.bool_), np.zeros(len(cells), np.bool_)
    for i, cell in enumerate(cells):
        for side in range(d + 1):
            facet, top = np.delete(cell, side), points[cell[side]]
            middle = points[facet].mean(axis=0)
            basis = np.linalg.qr((points[facet[1:]] - points[facet[0]]).T)[0] if d > 1 else np.zeros((1, 0))
            up = (top - middle) - basis @ (basis.T @ (top - middle))
            height = float(np.linalg.norm(up))
            if height < 1e-6:
                flat[i] = True
                continue
            out = -up / height
            outside = bool((normals @ (middle + 1e-3 * out) + offsets > 1e-9).any())
            downwards = rotation @ out < -1e-9
            at_floor = bool(((masses[facet] <= 10.0 + 1e-6).all(axis=0) & downwards).any())
            last[i] |= outside and not at_floor
    return last, flat


@pytest.mark.parametrize("name", MAPS)
def test_last_cells_are_those_beside_which_there_is_nothing(name: str) -> None:
    grids = grids_of(MAPS[name])
    last, flat = expected(grids)
    found = np.array([_last(grids, i) for i in range(len(last))])
    np.testing.assert_array_equal(found[~flat], last[~flat])
    assert last[~flat].any()


def test_a_map_down_to_the_floor_has_an_end_above_only() -> None:
    """A line from 0 GeV: its first cell is no edge, its last one is; from 20 GeV both are."""
    for name, n in (("line down to 0", 1), ("scattered line", 2)):
        grids = grids_of(MAPS[name])
        assert sum(_last(grids, i) for i in range(len(grids.points) - 1)) == n
    grids = grids_of(MAPS["fixed massless X_Z1"])
    ends = [_last(grids, i) for i in range(len(grids.points) - 1)]
    assert ends[0] and ends[-1] and sum(ends) == 2


def test_what_is_far_off_the_plane_is_marked() -> None:
    """What is off the plane by more than a GeV is marked in any cell; what is outside is not."""
    grids = grids_of(MAPS["square grid"])
    last, flat = expected(grids)
    inside, edge = int(np.flatnonzero(~last & ~flat)[0]), int(np.flatnonzero(last & ~flat)[0])
    assert not _marked(grids, inside, 0.0) and not _marked(grids, inside, FAR)
    assert _marked(grids, inside, 1.001 * FAR) and _marked(grids, edge, 0.0)
    assert not _marked(grids, edge, np.nan)


@pytest.mark.parametrize(
    ("expected_limits", "share"),
    [
        ([1.0, 1.0], 1.0),  # the second region, wholly marked, has a third of the sensitivity of the first
        ([1.0, 3.4], 0.375),  # less than a tenth of it: 1.5 of 4 fb are marked
        ([1.0, np.nan], 0.375),  # no limit, no sensitivity
        ([np.nan, np.nan], 0.375),
    ],
)
def test_the_share_of_combined_regions_is_that_of_one_that_matters(expected_limits: list[float], share: float) -> None:
    """Signals of 3 and 1 fb, of which 0.5 and 1 fb are marked."""
    sigma, marked = np.array([3.0, 1.0, 0.0]), np.array([0.5, 1.0, 0.0])
    numbers = np.array([[1.0] * 3, [1.0] * 3, [*expected_limits, np.nan]])
    sets = Sets(np.array([[2, 0, 2]]), np.array([0, 1]))
    _combined(numbers, sets, sigma, marked, np.zeros(3, np.int64), np.zeros((3, 1), np.uint64))
    assert sigma[2] == 4.0 and marked[2] == 4.0 * share
