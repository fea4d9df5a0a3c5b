"""Which results are synthetic: whatever is shown of them says so."""

from __future__ import annotations

from typing import Final

from protomodels.database import Storage

DEMO: Final = "demo"
WORDS: Final = "synthetic demo results: drawn by a generator, nothing in them was measured"


def synthetic_fingerprints(storage: Storage) -> frozenset[str]:
    """Fingerprints of the demo results that work of this storage was made with."""
    return frozenset(entry.fingerprint for entry in storage.list_results() if entry.name == DEMO)


def is_synthetic(storage: Storage, *fingerprints: str) -> bool:
    """Are any of these results the demo's?"""
    return not synthetic_fingerprints(storage).isdisjoint(fingerprints)
