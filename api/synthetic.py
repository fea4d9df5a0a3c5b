"""Which results are synthetic: whatever is shown of them says so."""

from __future__ import annotations

from typing import Final

from protomodels.campaign.closure_config import ClosureConfig
from protomodels.database import Storage
from protomodels.runs.config import RunConfig

DEMO: Final = "demo"
WORDS: Final = "synthetic demo results: drawn by a generator, nothing in them was measured"


def synthetic_fingerprints(storage: Storage) -> frozenset[str]:
    """Fingerprints of the demo results that work of this storage was made with."""
    return frozenset(entry.fingerprint for entry in storage.list_results() if entry.name == DEMO)


def is_synthetic(storage: Storage, *fingerprints: str) -> bool:
    """Are any of these results the demo's?"""
    return not synthetic_fingerprints(storage).isdisjoint(fingerprints)


def is_of_demo(storage: Storage, campaign: str) -> bool:
    """Is a campaign about the demo results?

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    stored = storage.campaign(campaign)
    if stored.judged_run is not None:
        results = storage.get_run(stored.judged_run).results_fingerprint
    else:
        results = RunConfig.from_json(ClosureConfig.from_json(stored.config_json).base).results
    return results == DEMO or is_synthetic(storage, results)
