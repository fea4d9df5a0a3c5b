"""Releases of the results, in their order, and what each holds of every analysis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import Catalog
from protomodels.scoring import Scorer

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Content:
    """What a release holds of an analysis.

    Attributes
    ----------
    regions: signal regions with efficiency maps.
    maps: topologies with an upper-limit map.
    sets: sets of regions with published correlations.
    """

    regions: frozenset[str]
    maps: frozenset[str]
    sets: int

    def __str__(self) -> str:
        parts = [_counted(len(self.regions), "signal region"), _counted(len(self.maps), "upper-limit map")]
        parts.append("correlations" if self.sets else "")
        return ", ".join(part for part in parts if part) or "no signal region"


@dataclass(frozen=True)
class Release:
    """A release of the results, with what scores models in it."""

    scorer: Scorer

    @property
    def name(self) -> str:
        """What the user called the results."""
        return self.scorer.predictor.name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the results' text."""
        return self.scorer.predictor.fingerprint

    @property
    def left_out(self) -> dict[str, str]:
        """Why analyses of it could not be read, by their folders."""
        return dict(_about(self.scorer.predictor).get("left_out", {}))

    @cached_property
    def content(self) -> dict[str, Content]:
        """What it holds of each analysis."""
        return content_of(self.scorer.predictor.catalog)


def content_of(catalog: Catalog) -> dict[str, Content]:
    """What a catalog holds of each analysis."""
    regions: dict[str, set[str]] = {name: set() for name in catalog.analyses}
    maps: dict[str, set[str]] = {name: set() for name in regions}
    sets = dict.fromkeys(regions, 0)
    columns = (catalog.analysis, catalog.region, catalog.is_ul, catalog.is_control)
    for row, (name, region, is_ul, control) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        if row in catalog.combined:
            sets[name] += 1
        elif is_ul:
            maps[name].add(region)
        elif not control:
            regions[name].add(region)
    return {name: Content(frozenset(regions[name]), frozenset(maps[name]), sets[name]) for name in regions}


def release_number(predictor: Predictor) -> tuple[int, ...] | None:
    """The number of a release, from what its ``version`` file or its name says; None where neither has one.

    >>> from protomodels.predictor import load_results
    >>> release_number(load_results("demo")) is None
    True
    """
    said = str(_about(predictor).get("version", ""))
    for text in (said, predictor.name):
        match = _NUMBER.search(text)
        if match:
            return tuple(map(int, match.group().split(".")))
    return None


def in_order(predictors: Sequence[Predictor], *, as_given: bool = False) -> list[Predictor]:
    """Results by the number of their release, the oldest first; as given where one has none, or two have the same.

    Parameters
    ----------
    as_given: do not look at numbers.

    Raises
    ------
    ConfigError: where there are fewer than two, or the same ones twice.
    """
    names = ", ".join(predictor.name for predictor in predictors)
    if len(predictors) < 2:
        raise ConfigError("results", names or "none", "at least two releases")
    if len({predictor.fingerprint for predictor in predictors}) < len(predictors):
        raise ConfigError("results", names, "releases that differ: two of them have the same content")
    numbers = [(number, predictor) for predictor in predictors if (number := release_number(predictor)) is not None]
    if as_given or len({number for number, _ in numbers}) < len(predictors):
        return list(predictors)
    return [predictor for _, predictor in sorted(numbers, key=lambda pair: pair[0])]


def _about(predictor: Predictor) -> dict[str, Any]:
    """What was said of results when they were compiled."""
    return predictor.meta["about"] if isinstance(predictor, CompiledPredictor) else {}


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}" if n else ""
