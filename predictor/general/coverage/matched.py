"""Which decays a topology of the results covers, and which of them lie within a map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.predictor.general.decomposition import Decomposition
from protomodels.predictor.general.kinds import Kinds
from protomodels.predictor.general.lookups import Shares, fill_pool
from protomodels.predictor.general.results import Tables
from protomodels.predictor.general.sms import Event
from protomodels.predictor.maps import cells as at
from protomodels.predictor.numeric.regions import SMALLEST_EFFICIENCY
from protomodels.results.compiled.tables import Ints


@dataclass(frozen=True)
class Matched:
    """What the results know of each distinct decay (origin) of a model.

    Attributes
    ----------
    covered: kinds of analyses with a topology that matches, a bit each.
    nearest: for origins that are covered and lie within no map the most compressed event that matches a topology.
    """

    covered: list[int]
    nearest: dict[int, Event]


def matched(tables: Tables, kinds: Kinds, found: Decomposition) -> Matched:
    """What the results know of a model; maps at energies without cross sections count as well, as in SModelS."""
    points, events = found.points, found.events
    tested_points = _tested(tables, kinds, found)
    covered, tested = [0] * len(events.origins), [0] * len(events.origins)
    best: dict[int, tuple[int, Event]] = {}
    for s, (event, origins) in enumerate(events.seen.items()):
        own = points.listed[points.first[s] : points.first[s + 1]]
        own_covered = int(np.bitwise_or.reduce(kinds.of_topologies[points.topology[own]], initial=0))
        own_tested = int(np.bitwise_or.reduce(tested_points[own], initial=0))
        size = sum(found.forest.shape[tree] for tree in event)
        for origin in origins:
            covered[origin] |= own_covered
            tested[origin] |= own_tested
            if own_covered and (origin not in best or (size, event) < best[origin]):
                best[origin] = size, event
    nearest = {origin: event for origin, (_, event) in best.items() if not tested[origin]}
    return Matched(covered, nearest)


def _tested(tables: Tables, kinds: Kinds, found: Decomposition) -> Ints:
    """Kinds of analyses within whose maps each point lies."""
    points, cells = found.points, tables.cells
    sizes = cells.topologies[points.topology, at.N_VALUES]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    pool = np.zeros(int(first[-1]))
    shares = Shares(points.share, points.inner, tables.row_detectors, tables.limit_detectors)
    columns = np.zeros(len(tables.energies), dtype=np.int64)
    for own, (grids, values) in enumerate(zip(tables.grids, tables.values, strict=True)):
        where = (points.topology, points.coordinates, first, pool)
        fill_pool(grids, values, own, cells, tables.store, columns, shares, *where)
    out = np.zeros(len(points.topology), dtype=np.int64)
    for p, topology in enumerate(points.topology.tolist()):
        place = int(first[p])
        for cell in range(cells.topologies[topology, at.FIRST], cells.topologies[topology, at.END]):
            width = int(cells.cells[cell, at.WIDTH])
            if width > 0:
                start = int(cells.cells[cell, at.ROWS])
                there = np.abs(pool[place : place + width]) >= SMALLEST_EFFICIENCY
                out[p] |= np.bitwise_or.reduce(kinds.of_rows[start : start + width][there], initial=0)
            elif not np.isnan(pool[place]):
                out[p] |= kinds.of_cells[cell]
            place += (width if width > 0 else 2) + 1
    return out
