"""Records of campaigns: runs that answer one question together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from protomodels.database.records.protomodels import HiscoreSummary
from protomodels.database.records.runs import RunRecord


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A stored campaign.

    Attributes
    ----------
    id: ``c`` and eight hexadecimal digits; ids sort by creation.
    created_at: in UTC.
    kind: ``pvalue`` or ``closure``.
    config_json: the question; kept verbatim. What lists show of it is repeated in the fields from ``judged_run`` on.
    runs: ids of its runs by position; a position without one is not walked yet.
    bounds: K of a known proto-model for positions that need not be walked: a lower bound of the best K there.
    judged_run, K_observed: of a p-value the run whose best K is judged, and that K; None for others.
    closure: of a closure test ``technical`` or ``physics``; None for others.
    """

    id: str
    created_at: datetime
    kind: str
    config_json: str
    runs: Mapping[int, str]
    bounds: Mapping[int, float]
    judged_run: str | None = None
    K_observed: float | None = None
    closure: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """A run of a campaign, and the best proto-model that it holds so far; None while it holds none."""

    run: RunRecord
    best: HiscoreSummary | None
