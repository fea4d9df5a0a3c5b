"""What is known of the events that analyses select: which share none, and which share some.

``selections.json`` says for each analysis which numbers of electrons and muons its signal regions take: ``0``, ``1``,
``2os``, ``2ss`` (two of opposite or of the same charge), ``3``, ``4`` (four or more); in which years its data were
taken; and which analyses a published combination contains.  Two analyses of one experiment and energy

- share no events where they have no number of leptons in common (``disjoint_pairs``: the default rule combines them);
- share events where they have one in common and years as well, or where one contains the other (``overlap``).

Leptons so soft that others do not veto them, or may lose one, count with fewer as well; so do hadronic taus that a
region counts as leptons.  Of an analysis that is not in the file nothing is known: the rule refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError

FILE: Final = "selections.json"
WORDS: Final = {
    "0": "no lepton",
    "1": "one lepton",
    "2os": "two leptons of opposite charge",
    "2ss": "two leptons of the same charge",
    "3": "three leptons",
    "4": "four or more leptons",
}
"""The lepton categories, in words."""


@dataclass(frozen=True)
class Selection:
    """What the signal regions of an analysis take.

    Attributes
    ----------
    leptons: some of the keys of ``WORDS``.
    years: of the data taking.
    """

    leptons: frozenset[str]
    years: frozenset[str]


@cache
def selections() -> dict[str, Selection]:
    """The selection of each analysis of the file.

    >>> sorted(selections()["CMS-SUS-16-035"].leptons)
    ['2ss', '3', '4']

    Raises
    ------
    ConfigError: where the file holds an unknown category.
    """
    found = {}
    for analysis, entry in _document()["selections"].items():
        chosen = Selection(frozenset(entry["leptons"].split()), frozenset(entry["years"].split()))
        if not chosen.leptons or not chosen.leptons <= set(WORDS):
            raise ConfigError(f"{FILE}: {analysis}", entry["leptons"], "some of " + " ".join(WORDS))
        found[analysis] = chosen
    return found


@cache
def disjoint_pairs() -> frozenset[tuple[str, str]]:
    """The pairs of analyses, each sorted, without a lepton category in common; none of a pair contains the other."""
    found = sorted(selections().items())
    inside = _contained()
    return frozenset(
        (a, b)
        for (a, one), (b, other) in combinations(found, 2)
        if not one.leptons & other.leptons and frozenset((a, b)) not in inside
    )


def overlap(a: str, b: str) -> str:
    """Why two analyses of one experiment are known to share events; empty where that is not known.

    >>> overlap("CMS-SUS-16-043", "CMS-SUS-16-051")
    'both take one lepton in data of 2016'
    >>> overlap("CMS-SUS-16-033", "CMS-SUS-16-042")
    ''
    """
    if frozenset((a, b)) in _contained():
        whole, part = (a, b) if b in _document()["combines"].get(a, ()) else (b, a)
        return f"{whole} is a combination that contains {part}"
    known = selections()
    if a == b or a not in known or b not in known or a.partition("-")[0] != b.partition("-")[0]:
        return ""
    leptons, years = known[a].leptons & known[b].leptons, known[a].years & known[b].years
    if not leptons or not years:
        return ""
    return f"both take {' or '.join(WORDS[c] for c in WORDS if c in leptons)} in data of {', '.join(sorted(years))}"


def overlapping(analyses: Sequence[str]) -> NDArray[np.bool_]:
    """Which of n analyses are known to share events, (n, n); see :func:`overlap`."""
    place, matrix = _overlap_matrix()
    rows = np.array([place.get(name, len(place)) for name in analyses], dtype=np.intp)
    return np.asarray(matrix[rows[:, None], rows])


def known_names() -> list[str]:
    """The analyses of the file, sorted: those whose selection is known, and those that a combination contains."""
    return sorted({*selections(), *(name for pair in _contained() for name in pair)})


@cache
def _overlap_matrix() -> tuple[dict[str, int], NDArray[np.bool_]]:
    """The place of each analysis, and what they share; the last row is for an analysis of which nothing is known."""
    names = known_names()
    matrix = np.zeros((len(names) + 1, len(names) + 1), dtype=np.bool_)
    for (i, a), (j, b) in combinations(enumerate(names), 2):
        matrix[i, j] = matrix[j, i] = bool(overlap(a, b))
    return {name: i for i, name in enumerate(names)}, matrix


@cache
def _contained() -> frozenset[frozenset[str]]:
    """The pairs of a published combination and an analysis that it contains."""
    return frozenset(frozenset((whole, part)) for whole, parts in _document()["combines"].items() for part in parts)


@cache
def _document() -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    document: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return document
