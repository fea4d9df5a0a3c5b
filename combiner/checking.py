"""What is said of a table of combinable analyses, and of two analyses: labels that match nothing, and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.rules import WORDS, known_names, overlap, overlapping, selections
from protomodels.combiner.table import Combinability, is_pattern

NAMED: Final = 5
"""So many labels that match nothing are named; `protomodels results overlaps` names all."""


@dataclass(frozen=True)
class Verdict:
    """May two analyses be combined?

    Attributes
    ----------
    combinable: the answer.
    reasons: why, and what else is known of the pair; sentences for people.
    """

    combinable: bool
    reasons: tuple[str, ...]


def verdict(
    labels: tuple[str, str],
    experiments: tuple[str, str],
    sqrts: tuple[float, float],
    table: Combinability,
    strict: bool,
) -> Verdict:
    """Why two results may or may not be combined.

    Parameters
    ----------
    labels: ``ANALYSIS`` or ``ANALYSIS:REGION`` of each.
    experiments, sqrts: of each; TeV.
    table: which pairs are listed.
    strict: refuse pairs that are known to share events, listed or not.

    >>> rules = Combinability.from_rules()
    >>> found = verdict(("CMS-SUS-16-033", "CMS-SUS-16-042"), ("CMS", "CMS"), (13.0, 13.0), rules, True)
    >>> found.combinable, found.reasons[0]
    (True, 'no event can be in both: CMS-SUS-16-033 takes no lepton, CMS-SUS-16-042 takes one lepton')
    """
    analyses, regions = zip(*(_parts(label) for label in labels), strict=True)
    matrix = table.pairwise(analyses, regions, experiments, sqrts, strict=strict)
    combinable = bool(matrix[0, 1])
    one, other = analyses
    if one == other:
        return Verdict(combinable, ("regions of one analysis share backgrounds and their uncertainties",))
    if experiments[0] != experiments[1] or sqrts[0] != sqrts[1]:
        return Verdict(combinable, ("another experiment or another energy: other events",))
    shared, known = overlap(one, other), selections()
    listed = bool(table.pairwise(analyses, regions, experiments, sqrts)[0, 1])
    reasons = [f"they share events: {shared}"] if shared else []
    if not shared and one in known and other in known and not known[one].leptons & known[other].leptons:
        reasons.append(f"no event can be in both: {_takes(one)}, {_takes(other)}")
    unknown = [name for name in analyses if name not in known]
    if unknown:
        reasons.append(f"nothing is known of the leptons that {' and '.join(unknown)} select")
    where = table.note or "the table"
    reasons.append(f"{'listed' if listed else 'not listed'} in: {where}")
    if listed and not combinable:
        reasons.append("refused all the same, as --strict is on")
    return Verdict(combinable, tuple(reasons))


def unmatched(table: Combinability, labels: Sequence[str]) -> dict[str, str]:
    """The labels of a table that match no result, each with the nearest that is there; empty where none is near.

    Parameters
    ----------
    labels: of all results: ``ANALYSIS``, and ``ANALYSIS:REGION`` for each signal region.
    """
    there = set(labels)
    lost = {}
    for label in table.labels:
        if label in there:
            continue
        if not (is_pattern(label) and any(fnmatchcase(name, label) for name in there)):
            near = get_close_matches(label, [name for name in there if (":" in name) == (":" in label)], 1, 0.93)
            lost[label] = near[0] if near else ""
    return lost


def whole_pairs(table: Combinability) -> list[tuple[str, str]]:
    """The entries of a table that are of analyses as a whole, sorted."""
    return sorted(pair for pair in table.listed if ":" not in "".join(pair))


def listed_overlaps(table: Combinability) -> dict[tuple[str, str], str]:
    """The pairs of analyses that a table lists, by name or pattern, and that share events, with the reason.

    Strictness refuses them.

    >>> listed_overlaps(Combinability(frozenset({("CMS-SUS-16-043", "CMS-SUS-16-05*"), ("A", "B")})))
    {('CMS-SUS-16-043', 'CMS-SUS-16-051'): 'both take one lepton in data of 2016'}
    """
    names = known_names()
    shared = overlapping(names)
    pairs = [(names[i], names[j]) for i, j in np.argwhere(np.triu(_listed(table, names) & shared)).tolist()]
    return {pair: overlap(*pair) for pair in pairs}


def _listed(table: Combinability, names: list[str]) -> NDArray[np.bool_]:
    """Which of n analyses a table lists as a whole, (n, n)."""
    n = len(names)
    return table.pairwise(names, [None] * n, [""] * n, [0.0] * n)


def n_covered(table: Combinability) -> int:
    """How many entries name regions of analyses that are listed as a whole as well: these change nothing.

    >>> n_covered(Combinability(frozenset({("A", "B*"), ("A:SR1", "B:SR2"), ("A:SR1", "C:SR1")})))
    1
    """
    whole = set(whole_pairs(table))
    parts = [[_parts(label)[0] for label in pair] for pair in table.listed - whole]
    names = sorted({name for pair in parts for name in pair})
    place = {name: i for i, name in enumerate(names)}
    covers = _listed(Combinability(frozenset(whole)), names)
    return sum(bool(covers[place[a], place[b]]) for a, b in parts)


def remark(table: Combinability, labels: Sequence[str], results: str) -> str:
    """A sentence on labels that match nothing; empty where all do.

    Parameters
    ----------
    labels: as for :func:`unmatched`.
    results: the name of the results, for the sentence.
    """
    lost = unmatched(table, labels)
    if not lost:
        return ""
    # whole analyses and those that look misspelt first: these are what a user would mend
    order = sorted(lost, key=lambda label: (not lost[label], ":" in label, label))
    named = ", ".join(f"{label} ({lost[label]}?)" if lost[label] else label for label in order[:NAMED])
    more = f", and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    return f"{len(lost)} of {len(table.labels)} labels of the table match nothing in {results}: {named}{more}"


def sharing_events(analyses: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The pairs among some analyses, each sorted, that are known to share events.

    >>> sharing_events(["CMS-SUS-16-051", "ATLAS-SUSY-2016-16", "CMS-SUS-16-043"])
    (('CMS-SUS-16-043', 'CMS-SUS-16-051'),)
    """
    names = sorted(set(analyses))
    return tuple((a, b) for i, a in enumerate(names) for b in names[i + 1 :] if overlap(a, b))


def _parts(label: str) -> tuple[str, str | None]:
    analysis, _, region = label.partition(":")
    return analysis, region or None


def _takes(analysis: str) -> str:
    leptons = selections()[analysis].leptons
    return f"{analysis} takes {' or '.join(words for category, words in WORDS.items() if category in leptons)}"
