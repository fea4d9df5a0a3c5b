"""Which analyses came, went and changed from one release to the next, and what each did to K of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from protomodels.campaign.timeline.releases import Content, Release
from protomodels.predictor import Predictions
from protomodels.scoring import Evaluation
from protomodels.scoring.influence import Influence, influences

NEW: Final = "new"
GONE: Final = "gone"
CHANGED: Final = "changed"
SAME: Final = 1e-3
"""Relative difference below which two numbers are the same: that of the compiled predictor to SModelS."""


@dataclass(frozen=True)
class Change:
    """An analysis that is not the same in two releases, and sees the model in one of them.

    Attributes
    ----------
    analysis: publication id.
    kind: new, gone or changed.
    what: what it holds, or what is other, in words.
    before, after: its influence on K in the older and in the newer release; None where it does not see the model.
    """

    analysis: str
    kind: str
    what: str
    before: Influence | None
    after: Influence | None

    @property
    def size(self) -> float:
        """Largest influence on K of either kind, in either release."""
        found = [i for i in (self.before, self.after) if i is not None]
        return max((abs(value or 0.0) for i in found for value in (i.as_evidence, i.as_limit, i.total)), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        before, after = (None if i is None else i.to_dict() for i in (self.before, self.after))
        return {
            "analysis": self.analysis,
            "kind": self.kind,
            "what": self.what,
            "before": before,
            "after": after,
        }


@dataclass(frozen=True)
class Step:
    """From one release to the next one.

    Attributes
    ----------
    before, after: names of the releases.
    came, went: analyses that are in one of them only.
    changes: those of them that see the model, and analyses that changed for it; the largest influence first.
    """

    before: str
    after: str
    came: tuple[str, ...]
    went: tuple[str, ...]
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "before": self.before,
            "after": self.after,
            "came": list(self.came),
            "went": list(self.went),
            "changes": [change.to_dict() for change in self.changes],
        }


def step_between(older: Release, newer: Release, before: Evaluation | None, after: Evaluation | None) -> Step:
    """What came between two releases, and what it did to K of one model.

    Parameters
    ----------
    before, after: the model evaluated in each; None where it cannot be.
    """
    seen_before, seen_after = (_values(e.predictions) if e else {} for e in (before, after))
    words = {}
    for name in sorted(set(seen_before) | set(seen_after)):
        said = _said(older.content.get(name), newer.content.get(name), seen_before.get(name), seen_after.get(name))
        if said is not None:
            words[name] = said
    influence_before = influences(before, words) if before else {}
    influence_after = influences(after, words) if after else {}
    changes = [
        Change(name, kind, what, influence_before.get(name), influence_after.get(name))
        for name, (kind, what) in words.items()
    ]
    return Step(
        older.name,
        newer.name,
        tuple(sorted(newer.content.keys() - older.content.keys())),
        tuple(sorted(older.content.keys() - newer.content.keys())),
        tuple(sorted(changes, key=lambda change: -change.size)),
    )


Values = dict[tuple[str, bool], tuple[float, ...]]


def _said(
    old: Content | None, new: Content | None, before: Values | None, after: Values | None
) -> tuple[str, str] | None:
    if old is None and new is not None:
        return NEW, str(new)
    if new is None and old is not None:
        return GONE, str(old)
    assert old is not None and new is not None  # noqa: S101 - it sees the model in one of them
    words = difference(old, new)
    if before is None or after is None:
        words.append("sees the model " + ("now" if before is None else "no more"))
    else:
        common = before.keys() & after.keys()
        if before.keys() != after.keys() and not words:
            words.append("other regions or maps see the model")
        if any(not _alike(before[key], after[key]) for key in common):
            words.append("other numbers for this model")
    return (CHANGED, ", ".join(words)) if words else None


def difference(old: Content, new: Content) -> list[str]:
    """What an analysis has that it had not, in words.

    >>> difference(Content(frozenset(), frozenset({"T2"}), 0), Content(frozenset({"A", "B"}), frozenset({"T2"}), 1))
    ['2 signal regions instead of 0', 'correlations are new']
    """
    words = []
    if old.regions != new.regions:
        here, there = len(new.regions), len(old.regions)
        words.append("other signal regions" if here == there else f"{here} signal regions instead of {there}")
    for maps, verb in ((new.maps - old.maps, "new"), (old.maps - new.maps, "gone")):
        if maps:
            words.append(f"upper limits of {' '.join(sorted(maps))} are {verb}")
    if bool(old.sets) != bool(new.sets):
        words.append(f"correlations are {'new' if new.sets else 'gone'}")
    return words


def _values(predictions: Predictions) -> dict[str, Values]:
    """Of each analysis what each of its regions and maps says of the model: signal, limits, counts."""
    catalog, rows = predictions.catalog, predictions.rows
    numbers = (
        predictions.sigma,
        predictions.limit_observed,
        predictions.limit_expected,
        *(column[rows] for column in (catalog.observed, catalog.background, catalog.delta)),
    )
    keys = zip(
        catalog.analysis[rows].tolist(), catalog.region[rows].tolist(), catalog.is_ul[rows].tolist(), strict=True
    )
    found: dict[str, Values] = {}
    for (name, region, is_ul), values in zip(keys, np.stack(numbers, axis=1).tolist(), strict=True):
        own = found.setdefault(name, {})
        # a map has a row for each cluster of masses
        own[region, is_ul] = (*own.get((region, is_ul), ()), *values)
    return found


def _alike(old: tuple[float, ...], new: tuple[float, ...]) -> bool:
    return len(old) == len(new) and np.allclose(old, new, rtol=SAME, atol=0.0, equal_nan=True)
