"""The triangulations of all maps, each kept once, as flat arrays.

Maps that share their mass points share one triangulation (database 3.0.0: a quarter of the maps has its own).
The vertices, neighbours and facet equations are those that scipy made when SModelS read the text.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.results.compiled.bins import boxes_of

MAX_DIMENSION: Final = 8
"""Largest number of masses of a map."""


class Triangulations:
    """Collects distinct triangulations; ``arrays`` lays them out flat."""

    def __init__(self) -> None:
        self._index: dict[tuple[bytes, ...], int] = {}
        self._columns: dict[str, list[NDArray[Any]]] = {name: [] for name in _DTYPES}
        self._order: list[NDArray[np.intp] | None] = []

    def __len__(self) -> int:
        return len(self._index)

    def add(self, data: Any) -> int:
        """The number of a map's triangulation (SModelS's TxNameData), new or known."""
        points = np.array(data.tri.points, dtype=np.float64).reshape(len(data.y_values), -1)
        original = points
        if data.dimensionality == 1:
            # SModelS's own one-dimensional search keeps its points sorted: so do we, with the values
            original = np.array([[x] for x in _unsorted(data)])
        shift = np.asarray(data.delta_x, dtype=np.float64).ravel()
        rotation = np.ascontiguousarray(data._V, dtype=np.float64)
        key = (original.tobytes(), shift.tobytes(), rotation.tobytes())
        if key not in self._index:
            self._index[key] = len(self._index)
            self._append(data, original, shift, rotation)
        return self._index[key]

    def values(self, number: int, y_values: Any) -> NDArray[np.float64]:
        """A map's values in the order of the points that are kept."""
        values = np.asarray(y_values, dtype=np.float64)
        order = self._order[number]
        return values if order is None else values[order]

    def _append(self, data: Any, points: NDArray[np.float64], shift: NDArray[Any], rotation: NDArray[Any]) -> None:
        dimension, full = points.shape[1], len(shift)
        if full > MAX_DIMENSION:
            raise ValueError(f"{data._id}: a map of {full} masses, at most {MAX_DIMENSION} are supported")
        if dimension == 1:
            order = np.argsort(points[:, 0], kind="stable")
            self._order.append(order)
            points = points[order]
            simplices = neighbors = np.empty((0, 2), np.int32)
            equations, degenerate = np.empty((0, 3)), np.empty(0, np.uint8)
            paraboloid = np.array([1.0, 0.0])
            n_boxes, box_starts, box_items = 0, np.zeros(1, np.int64), np.zeros(0, np.int32)
        else:
            self._order.append(None)
            tri = data.tri
            simplices, neighbors, equations = tri.simplices, tri.neighbors, tri.equations
            degenerate = np.isnan(tri.transform[:, 0, 0]).astype(np.uint8)
            paraboloid = np.array([tri.paraboloid_scale, tri.paraboloid_shift])
            n_boxes, box_starts, box_items = boxes_of(points, simplices, neighbors, degenerate)
        low, high = np.full(MAX_DIMENSION, np.inf), np.full(MAX_DIMENSION, -np.inf)
        low[:dimension], high[:dimension] = points.min(axis=0), points.max(axis=0)
        square = np.zeros((MAX_DIMENSION, MAX_DIMENSION))
        square[:full, :full] = rotation
        padded = np.zeros(MAX_DIMENSION)
        padded[:full] = shift
        values = {
            "dimension": np.array([dimension]), "full": np.array([full]), "n_points": np.array([len(points)]),
            "n_simplices": np.array([len(simplices)]), "shift": padded[None], "rotation": square[None],
            "low": low[None], "high": high[None], "paraboloid": paraboloid[None], "points": points.ravel(),
            "vertices": simplices.ravel(), "neighbors": neighbors.ravel(), "equations": equations.ravel(),
            "degenerate": degenerate, "n_boxes": np.array([n_boxes]), "box_starts": box_starts, "box_items": box_items,
            "n_starts": np.array([len(box_starts)]), "n_items": np.array([len(box_items)]),
        }  # fmt: skip
        for name, value in values.items():
            self._columns[name].append(value.astype(_DTYPES[name]))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Flat arrays with the offsets of each triangulation; see :class:`.tables.Grids`."""
        out: dict[str, NDArray[Any]] = {}
        for name, parts in self._columns.items():
            out[name] = np.concatenate(parts) if parts else np.zeros((0, *_SHAPES.get(name, ())), _DTYPES[name])
        d, points, simplices = out["dimension"], out.pop("n_points"), out["n_simplices"]
        out["point_start"] = _starts(points * d)
        out["vertex_start"] = _starts(simplices * (d + 1))
        out["equation_start"] = _starts(simplices * (d + 2))
        out["simplex_start"] = _starts(simplices)
        out["n_points"] = points
        out["box_first"] = _starts(out.pop("n_starts"))
        out["item_first"] = _starts(out.pop("n_items"))
        return out


_DTYPES: Final[dict[str, Any]] = {
    "dimension": np.int64, "full": np.int64, "n_points": np.int64, "n_simplices": np.int64, "shift": np.float64,
    "rotation": np.float64, "low": np.float64, "high": np.float64, "paraboloid": np.float64, "points": np.float64,
    "vertices": np.int32, "neighbors": np.int32, "equations": np.float64, "degenerate": np.uint8,
    "n_boxes": np.int64, "box_starts": np.int64, "box_items": np.int32, "n_starts": np.int64, "n_items": np.int64,
}  # fmt: skip
_SHAPES: Final = dict.fromkeys(("shift", "low", "high"), (MAX_DIMENSION,)) | {
    "rotation": (MAX_DIMENSION, MAX_DIMENSION),
    "paraboloid": (2,),
}
"""Of one triangulation, where there is more than a number or a list: results may have none."""


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])[:-1].astype(np.int64)


def _unsorted(data: Any) -> list[float]:
    """The points of a one-dimensional map in the order of its values (SModelS keeps them sorted only)."""
    ascending = np.array(data.tri.points, dtype=np.float64).ravel()
    place = np.empty(len(ascending), dtype=np.intp)
    # an interval knows the positions of its upper and lower end in the original order
    upper_lower = np.asarray(data.tri.simplices)
    place[1:], place[0] = upper_lower[:, 0], upper_lower[0, 1]
    points = np.full(len(ascending), np.nan)
    points[place] = ascending
    if np.isnan(points).any():
        raise ValueError(f"{data._id}: the points of a one-dimensional map are not distinct")
    return points.tolist()
