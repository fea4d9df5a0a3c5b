"""Hiscores by content: near-twins as one row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from protomodels.database import HiscoreSummary


@dataclass(frozen=True)
class Content:
    """Proto-models of the same particles: the first of them in their list, and how many there are."""

    best: HiscoreSummary
    n: int


def contents_of(found: Iterable[HiscoreSummary]) -> list[Content]:
    """The contents among some proto-models, in the order of their first."""
    groups: dict[frozenset[int], list[HiscoreSummary]] = {}
    for model in found:
        groups.setdefault(frozenset(model.masses), []).append(model)
    return [Content(models[0], len(models)) for models in groups.values()]
