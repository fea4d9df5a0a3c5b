"""Maps on made-up grids against SModelS: the same simplex as scipy finds, the same values, None at the same points."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from smodels.experiment.txnameDataObj import TxNameData

from protomodels.kernel import kernel
from protomodels.predictor.maps.interpolate import find_place, values_at
from protomodels.predictor.maps.locate import _search_all, locate, vertex
from protomodels.results.compiled.bins import boxes_of
from protomodels.results.compiled.tables import Floats, Grids, Ints, grids_from
from protomodels.results.compiled.triangulations import MAX_DIMENSION, Triangulations

Points = NDArray[np.float64]


@kernel
def _value(grids: Grids, vector: Floats, values: Floats) -> float:
    x, c, corners, out = np.empty(8), np.empty((10, 9)), np.empty((10, 9), np.int64), np.empty(1)
    distance = find_place(grids, 0, vector, x, c, corners)
    values_at(grids, 0, x, c, corners, distance, values, 0, 1, out)
    return float(out[0])


@kernel
def _locate(grids: Grids, x: Floats, c: Floats, corners: Ints) -> int:
    found = locate(grids, 0, x, c)
    for k in range(len(corners)):
        corners[k] = vertex(grids, 0, max(found, 0), k)
    return int(found)


@kernel
def _search(grids: Grids, x: Floats, c: Floats) -> int:
    return int(_search_all(grids, 0, x, c))


class Map(NamedTuple):
    """A map as SModelS has it and as it is compiled, with boxes and without."""

    theirs: Any
    grids: Grids
    scanned: Grids
    values: Floats

    def value(self, masses: Points) -> float | None:
        vector = np.zeros(MAX_DIMENSION)
        vector[: len(masses)] = np.rint(masses * 100.0) / 100.0
        found = _value(self.grids, vector, self.values)
        return None if np.isnan(found) else found

    def coordinates(self, masses: Points) -> Any:
        return self.theirs.PCAtransf(masses.tolist())[: self.theirs.dimensionality]

    def simplex(self, x: Points) -> int:
        """The compiled simplex at some coordinates; checks that the barycentric ones add up to them."""
        padded, c = np.zeros(MAX_DIMENSION), np.empty(MAX_DIMENSION + 1)
        padded[: len(x)] = x
        corners = np.zeros(len(x) + 1, dtype=np.int64)
        found = int(_locate(self.grids, padded, c, corners))
        if found >= 0:
            points = self.grids.points.reshape(-1, len(x))[corners]
            np.testing.assert_allclose(c[: len(x) + 1] @ points, x, rtol=1e-7, atol=1e-4)
        return found


def _axis(first: float, last: float, step: float) -> Points:
    return np.arange(first, last + 1.0, step)


def _square() -> Points:
    """Mother and LBP masses at the same distances: cospherical everywhere."""
    return np.array([(m, n) for m, n in product(_axis(100, 600, 25), _axis(0, 500, 25)) if n <= m - 50.0])


def _steps(axis: Points) -> Points:
    """Mother, intermediate, LBP on one axis."""
    return np.array([point for point in product(axis, repeat=3) if point[0] > point[1] > point[2]])


RNG = np.random.default_rng(20121224)
SHAPES: dict[str, Points] = {
    "scattered 2d": RNG.uniform(100.0, 900.0, (60, 2)),
    "scattered 3d": RNG.uniform(100.0, 900.0, (60, 3)),
    "scattered 4d": RNG.uniform(100.0, 900.0, (40, 4)),
    "square grid": _square(),
    "fan": np.array([(m, round(f * (m - 100), 1)) for m in _axis(300, 1200, 100) for f in (0, 0.25, 0.5, 0.75, 1)]),
    "equal branches": np.hstack([_square(), _square()]),
    "scattered equal branches": np.tile(RNG.uniform(100.0, 900.0, (60, 2)), 2),
    "equal chains": np.tile(_steps(_axis(0, 800, 100)), 2),
    "cube": np.array(list(product(_axis(0, 300, 50), repeat=3))),
    "four axes": np.array(list(product(_axis(0, 300, 100), repeat=4))),
    "line": _axis(100, 700, 37.5)[:, None],
    "unsorted line of equal branches": np.tile(RNG.permutation(_axis(100, 700, 37.5))[:, None], 4),
}
DEGENERATE = ("equal chains", "cube", "four axes")
"""Many cospherical points: flat simplices however the linear algebra of a processor rounds (a square grid has some on
some processors only)."""


@pytest.fixture(scope="module")
def maps() -> Callable[[str], Map]:
    @cache
    def make(name: str) -> Map:
        points, rng = SHAPES[name], np.random.default_rng(len(name))
        # smooth, so that extrapolation off the plane is sometimes accepted; with zeros and small values
        y = np.exp(-points.mean(axis=1) / 150.0) * rng.uniform(0.9, 1.1, len(points))
        y[rng.random(len(points)) < 0.05] = 0.0
        theirs, collected = _txname_data(points, y), Triangulations()
        number = collected.add(theirs)
        arrays = collected.arrays()
        grids, scanned = (grids_from(some, "") for some in (arrays, arrays | {"n_boxes": 0 * arrays["n_boxes"]}))
        return Map(theirs, grids, scanned, collected.values(number, theirs.y_values))

    return make


def _txname_data(points: Points, y: Points) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TxNameData(x=points.tolist(), y=y.tolist(), txdataId="made up")


def _probes(points: Points, n: int) -> dict[str, Points]:
    """Mass vectors: inside, on nodes and between them, outside, and off the plane."""
    rng = np.random.default_rng(7)
    first, second = points[rng.integers(0, len(points), (2, n))]
    low, high = points.min(axis=0), points.max(axis=0)
    width = np.maximum(high - low, 50.0)
    shares = rng.dirichlet(np.ones(4), n)
    return {
        "inside": np.einsum("nk,nkd->nd", shares, points[rng.integers(0, len(points), (n, 4))]),
        "nodes": points[rng.permutation(len(points))[:n]],
        "middles": 0.5 * (first + second),
        "near nodes": first + rng.choice([-0.01, 0.0, 0.01], n)[:, None],
        "around": low - 0.3 * width + rng.random((n, 1)) * 1.6 * width,
        "off the plane": 0.5 * (first + second) + rng.normal(0, 1, first.shape) * rng.choice([0.1, 1, 5, 30], (n, 1)),
    }


@pytest.mark.parametrize("name", SHAPES)
def test_values_are_those_of_smodels(name: str, maps: Callable[[str], Map]) -> None:
    chart = maps(name)
    seen = nothing = 0
    for kind, vectors in _probes(SHAPES[name], 80).items():
        for masses in vectors:
            expected, got = chart.theirs.getValueFor(masses.tolist()), chart.value(masses)
            assert (got is None) == (expected is None), (kind, masses.tolist(), expected, got)
            nothing += expected is None
            if expected is not None:
                assert got == pytest.approx(float(expected), rel=1e-5, abs=1e-13), (kind, masses.tolist())
                seen += 1
    assert seen > 60 and nothing > 20


@pytest.mark.parametrize("name", SHAPES)
def test_the_simplex_is_the_one_that_scipy_finds(name: str, maps: Callable[[str], Map]) -> None:
    chart = maps(name)
    found = []
    for kind, vectors in _probes(SHAPES[name], 120).items():
        for masses in vectors:
            x = chart.coordinates(masses)
            expected = int(chart.theirs.tri.find_simplex(x, tol=1e-6))
            assert chart.simplex(x) == expected, (kind, masses.tolist())
            found.append(expected)
    assert len(set(found)) > 8 and -1 in found


@pytest.mark.parametrize("name", DEGENERATE)
def test_boxes_give_the_simplex_of_the_scan(name: str, maps: Callable[[str], Map]) -> None:
    """The walk comes to a search of all simplices only sometimes: here it is asked directly, and scipy's too."""
    chart, grids = maps(name), maps(name).grids
    assert len(grids.box_items) > 0
    x, c = np.zeros(MAX_DIMENSION), np.empty(MAX_DIMENSION + 1)
    for kind, vectors in _probes(SHAPES[name], 120).items():
        for masses in vectors:
            inside = chart.coordinates(masses)
            x[: (d := len(inside))] = inside
            assert chart._replace(grids=chart.scanned).simplex(inside) == chart.simplex(inside), (kind, masses.tolist())
            if np.all((x >= grids.low[0] - 1e-6) & (x <= grids.high[0] + 1e-6) | (np.arange(MAX_DIMENSION) >= d)):
                expected = int(chart.theirs.tri.find_simplex(inside, bruteforce=True, tol=1e-6))
                found = [int(_search(some, x, c)) for some in (grids, chart.scanned)]
                assert found == [expected, expected], (kind, masses.tolist())


def test_boxes_hold_every_simplex_that_comes_near(maps: Callable[[str], Map]) -> None:
    """Bounds of the simplex itself, or, where it is degenerate, of its neighbours."""
    tri = maps("cube").theirs.tri
    flat = np.isnan(tri.transform[:, 0, 0]).astype(np.uint8)
    points = np.asarray(tri.points)
    n, starts, items = boxes_of(points, tri.simplices, tri.neighbors, flat)
    assert n > 1 and len(starts) == n**3 + 1 and starts[-1] == len(items)
    origin, width = points.min(axis=0), np.ptp(points, axis=0) / n
    for (begin, end), index in zip(pairwise(starts), product(range(n), repeat=3), strict=True):
        here = items[begin:end]
        assert np.all(np.diff(here) > 0), "ascending, each once"
        low, high = origin + np.array(index) * width, origin + (np.array(index) + 1) * width
        corners = points[tri.simplices]
        near = np.all((corners.min(axis=1) < high) & (corners.max(axis=1) > low), axis=1)
        beside = np.any(near[tri.neighbors] & (tri.neighbors >= 0), axis=1)
        assert np.isin(np.flatnonzero(np.where(flat == 1, beside, near)), here).all()
    assert boxes_of(points, tri.simplices, tri.neighbors, np.zeros_like(flat))[0] == 0


def test_equal_points_share_a_triangulation_and_others_do_not() -> None:
    collected = Triangulations()
    square, line = _square(), RNG.permutation(_axis(100, 700, 37.5))[:, None]
    data = [_txname_data(p, np.ones(len(p))) for p in (square, square, square[:-1], line, line[::-1])]
    assert [collected.add(d) for d in data] == [0, 0, 1, 2, 3] and len(collected) == 4
    arrays = collected.arrays()
    assert arrays["dimension"].tolist() == [2, 2, 1, 1] and arrays["n_points"][0] == len(square)
    values = np.arange(len(line), dtype=float)
    np.testing.assert_array_equal(collected.values(2, values), values[np.argsort(line[:, 0])])
