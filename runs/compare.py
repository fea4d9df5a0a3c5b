"""Two runs side by side: what they were made of, and where their chains part."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from protomodels.database import HiscoreQuery, HiscoreSummary, Storage
from protomodels.runs.config import stored_versions


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two runs differ.

    Attributes
    ----------
    config, versions: values that differ, by name: (of the one, of the other).
    results: fingerprints, where they differ.
    chains: for each walker whose chains differ the first step that does; one that only one run has counts.
    best: the best K of each.
    hiscores: true where the same models were kept with the same scores.
    """

    config: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    versions: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    results: tuple[str, str] | None = None
    chains: dict[int, int] = field(default_factory=dict)
    best: tuple[float | None, float | None] = (None, None)
    hiscores: bool = True

    @property
    def identical(self) -> bool:
        """True where chains and hiscores are equal to the last bit."""
        return not self.chains and self.hiscores


def compare(storage: Storage, one: str, other: str) -> Comparison:
    """Compare two stored runs.

    Raises
    ------
    NotFoundError: where one of them is not stored.
    """
    first, second = storage.get_run(one), storage.get_run(other)
    results = (first.results_fingerprint, second.results_fingerprint)
    return Comparison(
        config=_different(json.loads(first.config_json), json.loads(second.config_json)),
        versions=_different(stored_versions(first), stored_versions(second)),
        results=None if results[0] == results[1] else results,
        chains=_parting(storage, one, other, max(first.n_walkers, second.n_walkers)),
        best=(first.best_K, second.best_K),
        hiscores=_kept(storage, one) == _kept(storage, other),
    )


def _different(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = sorted({*one, *other})
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}


def _parting(storage: Storage, one: str, other: str, n_walkers: int) -> dict[int, int]:
    parting = {}
    ends = [{w.walker: (w.state_json, w.rng_json) for w in storage.walker_states(run)} for run in (one, other)]
    for walker in range(n_walkers):
        chains = [storage.steps(run, walker) for run in (one, other)]
        differ = (i for i, (a, b) in enumerate(zip(*chains, strict=False), start=1) if a != b)
        first = next(differ, None)
        if first is None and (len(chains[0]) != len(chains[1]) or ends[0].get(walker) != ends[1].get(walker)):
            first = min(map(len, chains)) + 1
        if first is not None:
            parting[walker] = first
    return parting


def _kept(storage: Storage, run: str) -> list[tuple[Any, ...]]:
    def told(h: HiscoreSummary) -> tuple[Any, ...]:
        return (h.K, h.Z, h.walker, h.step, h.fingerprint, h.mu_hat, h.mu_max)

    return [told(h) for h in storage.hiscores(HiscoreQuery(run=run, distinct=False), limit=1_000_000)]
