"""From SModelS's objects to the arrays of a compiled file."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from smodels.base.physicsUnits import TeV, fb

from protomodels.results.compiled.constraint import coefficients
from protomodels.results.compiled.graphs import gather_graphs
from protomodels.results.compiled.patterns import Pattern, out_of_scope, pattern_of
from protomodels.results.compiled.quantum import matching_tables
from protomodels.results.compiled.triangulations import MAX_DIMENSION, Triangulations
from protomodels.results.smodels_catalog import Key, result_key

MAX_NODES: Final = 16
"""Largest number of new particles of a topology."""

Slots = tuple[int, ...]


class Gatherer:
    """Walks over the topologies and maps of a database, once."""

    def __init__(self, database: Any, row_of: dict[Key, int]) -> None:
        self.links = database.expSMSDict
        self.row_of = row_of
        self.datasets = {
            txname: (result, dataset)
            for result in database.expResultList
            for dataset in result.datasets
            for txname in dataset.txnameList
        }
        self.grids = Triangulations()
        self.values: list[NDArray[np.float64]] = []
        self.n_values = 0
        self.energies = sorted({self.energy(result) for result, _ in self.datasets.values()})
        self.skipped: Counter[str] = Counter()
        self.patterns: list[Pattern] = []
        self.order: list[Slots] = []
        # (topology, slots, nodes, factor) of each map
        self.uses: dict[Any, list[tuple[int, Slots, Slots, float]]] = defaultdict(list)
        # block of each efficiency map, -1 - number of each upper-limit map; filled by maps()
        self.place: dict[Any, int] = {}
        self.in_blocks: list[Any] = []

    @staticmethod
    def energy(result: Any) -> float:
        return float(result.globalInfo.sqrts.asNumber(TeV))

    def topologies(self) -> None:
        """Patterns, and which maps use them in which order of masses."""
        reasons: dict[Any, str] = {}
        for sms in self.links.getSMS():
            inside = []
            for txname in self.links[sms]:
                widths = any(attribute != "mass" for _, attribute, _ in txname.dataMap.values())
                reason = out_of_scope(sms, widths)
                if reason is None:
                    inside.append(txname)
                else:
                    reasons[txname] = reason
            if not inside:
                continue
            pattern, number = pattern_of(sms), len(self.patterns)
            if len(pattern.place) > MAX_NODES:
                raise ValueError(f"{sms}: a topology of more than {MAX_NODES} new particles")
            self.patterns.append(pattern)
            first = next(iter(self.links[sms]))
            self.order.append(self._slots(first, self.links[sms][first], pattern)[0])
            for txname in inside:
                label = self.links[sms][txname]
                slots, nodes = self._slots(txname, label, pattern)
                self.uses[txname].append((number, slots, nodes, self.factor(txname, label)))
        self.skipped.update(reasons.values())

    def _slots(self, txname: Any, label: str, pattern: Pattern) -> tuple[Slots, Slots]:
        """Where the masses of a map come from: those of its axes, and those of all new particles."""
        renamed = self.links._nodesDict[txname][label] or {}
        original = {renamed.get(node, node): 16 * branch + depth for node, (branch, depth) in pattern.place.items()}
        axes = [txname.dataMap[axis] for axis in sorted(txname.dataMap)]
        slots = tuple(original[node] for node, attribute, _ in axes if attribute == "mass")
        return slots, tuple(original[node] for node in sorted(original))

    @staticmethod
    def factor(txname: Any, label: str) -> float:
        """The coefficient of one topology in a map's constraint."""
        try:
            return coefficients(txname._constraintFunc).get(label, 0.0)
        except ValueError as error:
            raise ValueError(f"{txname.path}: {error}") from error

    def store(self, array: NDArray[np.float64]) -> int:
        """Keep values; where they begin."""
        start = self.n_values
        self.values.append(np.ravel(array))
        self.n_values += array.size
        return start

    def maps(self) -> dict[str, NDArray[Any]]:
        """Blocks, upper limits and cells."""
        blocks: dict[Any, list[Any]] = defaultdict(list)
        cells: list[tuple[int, int, int, float, Slots, Slots]] = []
        limits: list[tuple[int, int, int, int, int, int]] = []
        for txname, uses in self.uses.items():
            result, dataset = self.datasets[txname]
            row = self.row_of[result_key(dataset, [txname])]
            energy = self.energies.index(self.energy(result))
            if dataset.getType() == "upperLimit":
                number = -1 - len(limits)
                limits.append((row, energy, *self._limit(txname)))
                self.place[txname] = number
                grid = limits[-1][2]
                cells += [(topology, grid, number, factor, slots, nodes) for topology, slots, nodes, factor in uses]
            else:
                grid = self.grids.add(txname.txnameData)
                shared = tuple(sorted((topology, slots, factor) for topology, slots, _, factor in uses))
                blocks[(grid, energy, shared)].append((row, txname))
        block_start: list[int] = []
        block_maps, block_rows, block_energy = [0], list[int](), list[int]()
        for (grid, energy, shared), members in blocks.items():
            number = len(block_start)
            columns = [self.grids.values(grid, txname.txnameData.y_values) for _, txname in members]
            block_start.append(self.store(np.stack(columns, axis=1)))
            block_rows += [row for row, _ in members]
            self.in_blocks += [txname for _, txname in members]
            self.place |= {txname: number for _, txname in members}
            block_maps.append(len(block_rows))
            block_energy.append(energy)
            cells += [(topology, grid, number, factor, slots, ()) for topology, slots, factor in shared]
        cells.sort(key=lambda cell: (cell[0], cell[1], cell[4], cell[2]))
        counts = np.bincount([cell[0] for cell in cells], minlength=len(self.patterns))
        table = np.array(limits, dtype=np.int64).reshape(-1, 6)
        return {
            "cell_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            "cell_grid": np.array([cell[1] for cell in cells], dtype=np.int64),
            "cell_block": np.array([cell[2] for cell in cells], dtype=np.int64),
            "cell_factor": np.array([cell[3] for cell in cells], dtype=np.float64),
            "cell_slots": _padded([cell[4] for cell in cells], MAX_DIMENSION),
            "cell_nodes": _padded([cell[5] for cell in cells], MAX_NODES),
            "order_slots": _padded(self.order, MAX_DIMENSION),
            "block_start": np.array(block_start, dtype=np.int64),
            "block_maps": np.array(block_maps, dtype=np.int64),
            "block_rows": np.array(block_rows, dtype=np.int64),
            "block_energy": np.array(block_energy, dtype=np.int64),
            "limit_row": table[:, 0].copy(),
            "limit_energy": table[:, 1].copy(),
            "limit_grids": table[:, [2, 4]].copy(),
            "limit_starts": table[:, [3, 5]].copy(),
            "values": np.concatenate(self.values) if self.values else np.zeros(0),
        }

    def _limit(self, txname: Any) -> tuple[int, int, int, int]:
        """Triangulation and first value of the observed and of the expected limit, in fb."""
        to_fb = float((txname.y_unit / fb).asNumber())
        out: list[int] = []
        for data in (txname.txnameData, txname.txnameDataExp):
            if data is None:
                out += [-1, -1]
                continue
            grid = self.grids.add(data)
            out += [grid, self.store(self.grids.values(grid, data.y_values) * to_fb)]
        return out[0], out[1], out[2], out[3]


def gather(database: Any, row_of: dict[Key, int]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """All arrays of a compiled file but the catalog's, and its meta data.

    Parameters
    ----------
    database: SModelS's Database.
    row_of: catalog row of each result.

    Returns
    -------
    arrays: those of ``Grids`` (names with ``grid_``) and ``Maps`` (``map_``), and those of
        :mod:`protomodels.results.compiled.graphs`.
    meta: ``chains`` (per topology the two chains), ``energies`` (TeV), ``skipped`` (maps by reason), the tables of
        what an SM or new particle of the results stands for, and ``graphs``.
    """
    gatherer = Gatherer(database, row_of)
    gatherer.topologies()
    maps = gatherer.maps()
    arrays = {f"grid_{name}": value for name, value in gatherer.grids.arrays().items()}
    arrays |= {f"map_{name}": value for name, value in maps.items()}
    labels = {label for pattern in gatherer.patterns for chain in pattern.chains for label, _ in chain}
    standard = {s for pattern in gatherer.patterns for chain in pattern.chains for _, sm in chain for s in sm}
    meta = {
        "chains": [pattern.chains for pattern in gatherer.patterns],
        "energies": gatherer.energies,
        "skipped": dict(sorted(gatherer.skipped.items())),
        **matching_tables(gatherer.links, labels, standard),
    }
    graphs, about = gather_graphs(gatherer, Gatherer(database, row_of))
    return arrays | graphs, {**meta, "graphs": about}


def _padded(rows: list[Slots], width: int) -> NDArray[np.int8]:
    out = np.full((len(rows), width), -1, dtype=np.int8)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out
