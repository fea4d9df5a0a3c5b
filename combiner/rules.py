"""The default rule: analyses whose signal regions select different numbers of leptons share no events.

``selections.json`` says for each analysis which numbers of electrons and muons its signal regions take: ``0``, ``1``,
``2os``, ``2ss`` (two of opposite or of the same charge), ``3``, ``4`` (four or more).  Two analyses without a common
entry are disjoint.  An analysis that is not in the file, or whose leptons are so soft that others do not veto them, is
not taken as disjoint from those: the rule refuses what it does not know.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Final

from protomodels.errors import ConfigError

FILE: Final = "selections.json"
CATEGORIES: Final = ("0", "1", "2os", "2ss", "3", "4")


def selections() -> dict[str, frozenset[str]]:
    """The lepton categories of each analysis of the file.

    >>> sorted(selections()["CMS-SUS-16-039"])
    ['2ss', '3', '4']

    Raises
    ------
    ConfigError: where the file holds an unknown category.
    """
    document = json.loads(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    found = {analysis: frozenset(text.split()) for analysis, text in document["leptons"].items()}
    for analysis, chosen in found.items():
        if not chosen or not chosen <= set(CATEGORIES):
            raise ConfigError(f"{FILE}: {analysis}", " ".join(sorted(chosen)), "some of " + " ".join(CATEGORIES))
    return found


@cache
def disjoint_pairs() -> frozenset[tuple[str, str]]:
    """The pairs of analyses, each sorted, that have no lepton category in common."""
    found = sorted(selections().items())
    return frozenset((a, b) for (a, one), (b, other) in combinations(found, 2) if not one & other)
