"""Topologies of the results as pairs of decay chains: small integers and tuples instead of graphs.

In scope are prompt, Z2-preserving pairs: two chains in which every vertex has exactly one new particle, down to
missing energy.  Everything else is named by its reason in :func:`out_of_scope` and counted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Vertex = tuple[str, tuple[str, ...]]
"""Label of a new particle and the labels of the SM particles of its decay; none for the last one."""

Chain = tuple[Vertex, ...]


class Pattern(NamedTuple):
    """One topology of the results.

    Attributes
    ----------
    chains: of both branches.
    place: node index in SModelS's tree -> (branch, depth) of a new particle.
    """

    chains: tuple[Chain, Chain]
    place: dict[int, tuple[int, int]]


def out_of_scope(sms: Any, widths: bool) -> str | None:
    """Why a topology (SModelS's ExpSMS) is not compiled; None where it is.

    Parameters
    ----------
    widths: its map depends on lifetimes.
    """
    if widths:
        return "depends on lifetimes"
    primaries = sms.daughterIndices(sms.rootIndex)
    if len(primaries) == 1:
        return "resonance"
    nodes = [sms.indexToNode(index) for index in sms.nodeIndices]
    leaves = [sms.indexToNode(index) for index in sms.nodeIndices if sms.out_degree(index) == 0]
    if any(not node.isSM and str(node) != "MET" for node in leaves if not node.inclusiveList):
        return "long-lived particle"
    if any(node.isInclusive or node.inclusiveList for node in nodes):
        return "inclusive"
    if len(primaries) != 2:
        return "not a pair"
    for index in sms.nodeIndices:
        if index != sms.rootIndex and sms.out_degree(index):
            daughters = sms.daughters(index)
            if sms.indexToNode(index).isSM or sum(not d.isSM for d in daughters) != 1:
                return "R-parity violating"
    return None


def pattern_of(sms: Any) -> Pattern:
    """The pair of chains of a topology that is in scope."""
    chains: list[Chain] = []
    place: dict[int, tuple[int, int]] = {}
    for branch, primary in enumerate(sms.daughterIndices(sms.rootIndex)):
        chain: list[Vertex] = []
        index = primary
        while True:
            place[index] = (branch, len(chain))
            daughters = sms.daughterIndices(index)
            standard = tuple(sorted(str(sms.indexToNode(d)) for d in daughters if sms.indexToNode(d).isSM))
            chain.append((str(sms.indexToNode(index)), standard))
            if not daughters:
                break
            index = next(d for d in daughters if not sms.indexToNode(d).isSM)
        chains.append(tuple(chain))
    return Pattern((chains[0], chains[1]), place)
