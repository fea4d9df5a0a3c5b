"""What several of the queries share: columns of proto-models, how rows become records, long texts by their SHA-256."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from protomodels.database.records import HiscoreSummary

SCORES: Final = ("step", "K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm", "fingerprint", "channels")
JUDGED: Final = ("verdict", "K_without_strongest")
SUMMARY: Final = ("id", "run", "walker", *SCORES, "created_at", "masses", *JUDGED)
CONTRIBUTION: Final = ("analysis", "region", "type", "observed", "expected", "signal", "llr")
LIMIT: Final = ("analysis", "region", "type", "r_obs", "r_exp", "signal")


def values_of(row: Any) -> dict[str, Any]:
    """The fields of a row of `protomodels`, its masses by pid in their order."""
    values: dict[str, Any] = row._asdict()
    masses = sorted((int(pid), mass) for pid, mass in values.pop("masses").items())
    return {**values, "masses": dict(masses)}


def summary_of(row: Any) -> HiscoreSummary:
    """The line of a list for a row with the columns `SUMMARY`."""
    return HiscoreSummary(**values_of(row))


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits: an index of long texts would be as large as they are.

    >>> sha256_of("{}")[:16]
    '44136fa355b3678a'
    """
    return hashlib.sha256(text.encode()).hexdigest()
