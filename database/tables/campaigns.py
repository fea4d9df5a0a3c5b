"""Campaigns: their runs, and lower bounds for positions that need no run."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, String, Table, Text

from protomodels.database.tables.columns import UtcDateTime, float_column, key_column, metadata

campaigns: Final = Table(
    "campaigns",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("config_json", Text, nullable=False),
    # by which a campaign with the same config is found
    Column("config_sha256", String(64), nullable=False, index=True),
    # of the config what lists show, and what keeps a run from being deleted
    Column("judged_run", ForeignKey("runs.id"), index=True),
    float_column("K_observed", nullable=True),
    Column("closure", String(16)),
)

campaign_runs: Final = Table(
    "campaign_runs",
    metadata,
    Column("campaign", ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    key_column("position"),
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
)

campaign_bounds: Final = Table(
    "campaign_bounds",
    metadata,
    Column("campaign", ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    key_column("position"),
    float_column("K"),
    Column("model_json", Text, nullable=False),
)
