"""All topologies of the results as graphs, and the maps that chains cannot hold.

Pairs of chains (:mod:`.patterns`) serve proto-models.  For other models every topology is kept as a tree: resonances,
long-lived particles, lifetimes, R-parity violation, inclusive nodes.  Maps that are compiled as chains are not kept a
second time: their blocks are pointed at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from smodels.base.physicsUnits import GeV

from protomodels.results.smodels_catalog import result_key

if TYPE_CHECKING:
    from protomodels.results.compiled.gather import Gatherer

STANDARD: Final = 0
NEW: Final = 1
INCLUSIVE: Final = 2
LIST: Final = 3
"""Kinds of nodes: an SM or a new particle, any decay tree with given final states, any number of SM particles."""
ATTRIBUTES: Final = {"mass": 0, "totalwidth": 1}
"""What an axis may be; a slot is 2 * node + this number."""

PROMPT: Final = "prompt"
"""What the database calls analyses of prompt decays."""

Arrays = dict[str, NDArray[Any]]
Slots = tuple[int, ...]


def gather_graphs(chains: Gatherer, more: Gatherer) -> tuple[Arrays, dict[str, Any]]:
    """The topologies as graphs, with their maps.

    Parameters
    ----------
    chains: which holds the maps of pairs of chains already.
    more: an empty one for the other maps.

    Returns
    -------
    arrays: of the cells of maps that chains hold ``graph_cell_pattern``, ``graph_cell_block`` (as in ``Maps``),
        ``graph_cell_factor``, ``graph_cell_slots`` (cells, 8) and ``graph_order`` (patterns, 8), the slots that put
        branches in order; the other maps as ``more_grid_*`` and ``more_map_*`` (``Grids``, ``Maps``, with slots of this
        module); of every entry of blocks and every upper limit the topology's name and the detector
        (``graph_block_name``, ``graph_block_detector``, ``graph_limit_*``, and the same with ``more_``).
    meta: ``patterns`` (nodes of each: label, parent, kind), ``names`` of topologies, ``detectors`` (inner and outer
        radius in m), ``kinds`` (catalog rows of analyses that are not of prompt decays, by what the database calls
        them), ``n_maps``, ``skipped`` (analysis and topology of the maps that are not compiled, by reason), and what
        labels stand for: ``labels``, ``standard_codes``, ``standard_matches``, ``standard_invisible``.
    """
    links = chains.links
    patterns, particles = [], dict[str, Any]()
    uses: dict[Any, list[tuple[int, Slots, float]]] = {}
    order: list[Slots] = []
    skipped: dict[str, set[str]] = {}
    for number, sms in enumerate(links.getSMS()):
        patterns.append(_nodes(sms, particles))
        order.append(())
        for txname, label in links[sms].items():
            try:
                slots = _slots(links, sms, txname, label)
            except ValueError as error:
                result, _ = chains.datasets[txname]
                skipped.setdefault(str(error), set()).add(f"{result.globalInfo.id} {txname.txName}")
                continue
            # the first of a topology decides how branches are put in order, in SModelS as well
            order[-1] = order[-1] or slots
            uses.setdefault(txname, []).append((number, slots, chains.factor(txname, label)))
    held = _held_by_chains(chains, uses)
    more.patterns = [None] * len(patterns)  # type: ignore[list-item]
    more.order = order
    for txname, cells in uses.items():
        if txname not in held:
            more.uses[txname] = [(number, slots, (), factor) for number, slots, factor in cells]
    other = more.maps()
    rest = sorted({(number, slots, factor, chains.place[t]) for t in held for number, slots, factor in uses[t]})
    arrays: Arrays = {
        "graph_cell_pattern": np.array([cell[0] for cell in rest], dtype=np.int64),
        "graph_cell_block": np.array([cell[3] for cell in rest], dtype=np.int64),
        "graph_cell_factor": np.array([cell[2] for cell in rest], dtype=np.float64),
        "graph_cell_slots": _padded([cell[1] for cell in rest]),
        "graph_order": other["order_slots"],
    }
    arrays |= {f"more_map_{name}": value for name, value in other.items()}
    arrays |= {f"more_grid_{name}": value for name, value in more.grids.arrays().items()}
    names = sorted({str(txname.txName) for txname in uses})
    detectors = sorted({_detector(txname) for txname in uses}, key=lambda pair: tuple(x or 0.0 for x in pair))
    for prefix, gatherer in (("graph", chains), ("more", more)):
        limits = sorted((t for t, place in gatherer.place.items() if place < 0), key=lambda t: -gatherer.place[t])
        for kind, listed in (("block", gatherer.in_blocks), ("limit", limits)):
            arrays[f"{prefix}_{kind}_name"] = np.array([names.index(t.txName) for t in listed], dtype=np.int64)
            places = [detectors.index(_detector(t)) for t in listed]
            arrays[f"{prefix}_{kind}_detector"] = np.array(places, dtype=np.int64)
    kinds: dict[str, set[int]] = {}
    for txname, (result, dataset) in chains.datasets.items():
        if result.globalInfo.type != PROMPT:
            row = chains.row_of[result_key(dataset, [txname])]
            kinds.setdefault(str(result.globalInfo.type), set()).add(row)
    about: dict[str, Any] = {
        "patterns": patterns,
        "names": names,
        "detectors": detectors,
        "kinds": {kind: sorted(rows) for kind, rows in sorted(kinds.items())},
        "n_maps": len(uses),
        "skipped": {reason: sorted(named) for reason, named in sorted(skipped.items())},
    }
    return arrays, {**about, "energies": more.energies, **_labels(particles)}


def _nodes(sms: Any, particles: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Label, parent and kind of each node, the root first."""
    nodes = []
    for index in sorted(sms.nodeIndices):
        node = sms.indexToNode(index)
        kind = INCLUSIVE if node.isInclusive else STANDARD
        if kind == STANDARD:
            label = str(node.particle)
            particles[label] = node.particle
            is_standard = node.particle.isSM
            kind = LIST if node.inclusiveList else STANDARD if is_standard is True else NEW
        else:
            label = ""
        parent = -1 if index == sms.rootIndex else int(sms.parentIndex(index))
        nodes.append((label, parent, kind))
    return nodes


def _slots(links: Any, sms: Any, txname: Any, label: str) -> Slots:
    """Node and attribute of each axis of a map.

    Raises
    ------
    ValueError: with the reason why the map cannot be compiled.
    """
    renamed = links._nodesDict[txname][label] or {}
    original = {renamed.get(node, node): node for node in sms.nodeIndices}
    slots = []
    for axis in sorted(txname.dataMap):
        node, attribute, _ = txname.dataMap[axis]
        if attribute not in ATTRIBUTES:
            raise ValueError(f"depends on {attribute}")
        slots.append(2 * original[node] + ATTRIBUTES[attribute])
    return tuple(slots)


def _held_by_chains(chains: Gatherer, uses: dict[Any, list[tuple[int, Slots, float]]]) -> set[Any]:
    """The maps that can be pointed at: those of a block must agree in all their topologies, not only in chains."""
    members: dict[int, list[Any]] = {}
    for txname, place in chains.place.items():
        members.setdefault(place, []).append(txname)
    held = set()
    for listed in members.values():
        if all(sorted(uses.get(txname, [])) == sorted(uses.get(listed[0], [])) for txname in listed):
            held |= set(listed) & set(uses)
    return held


def _detector(txname: Any) -> tuple[float | None, float | None]:
    """Inner and outer radius in m where the map has its own."""
    return txname.Leff_inner, txname.Leff_outer


def _labels(particles: dict[str, Any]) -> dict[str, Any]:
    """What the labels of topologies stand for: quantum numbers of new particles, classes of SM particles."""
    from smodels.share.models.SMparticles import SMList

    new: dict[str, list[list[float | None]]] = {}
    standard: dict[str, list[int]] = {}
    for label, particle in particles.items():
        if particle.isSM is True:
            standard[label] = [code for code, other in enumerate(SMList) if particle == other]
        else:
            new[label] = [_numbers(part) for part in getattr(particle, "particles", [particle])]
    codes: dict[str, int] = {}
    for code, particle in enumerate(SMList):
        for part in getattr(particle, "particles", [particle]):
            codes.setdefault(str(part.pdg), code)
    invisible = [code for code, particle in enumerate(SMList) if particle.isMET() and particle.label != "PV"]
    return {
        "labels": new,
        "standard_codes": codes,
        "standard_matches": standard,
        "standard_invisible": invisible,
    }


def _numbers(particle: Any) -> list[float | None]:
    """Twice the spin, colour, three times the charge, mass and width in GeV; None where any will do."""
    own = particle.__dict__
    number: list[float | None] = [
        None if "spin" not in own else round(2 * own["spin"]),
        None if "colordim" not in own else int(own["colordim"]),
        None if "eCharge" not in own else round(3 * own["eCharge"]),
    ]
    return number + [own[name].asNumber(GeV) if name in own else None for name in ("mass", "totalwidth")]


def _padded(rows: list[Slots], width: int = 8) -> NDArray[np.int8]:
    out = np.full((len(rows), width), -1, dtype=np.int8)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out
