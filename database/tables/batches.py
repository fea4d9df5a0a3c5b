"""Batches: model files that wait to be judged, and their rows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from protomodels.database.tables.columns import (
    UtcDateTime,
    count_column,
    key_column,
    metadata,
    state_column,
    time_column,
)

batches: Final = Table(
    "batches",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("name", Text, nullable=False),
    Column("settings_json", Text, nullable=False),
    # names and kinds of the table's columns: whoever writes it need not have the results
    Column("columns_json", Text, nullable=False),
    Column("results_fingerprint", String(128), nullable=False),
    Column("table_sha256", ForeignKey("combinability_tables.sha256")),
    state_column("state"),
    Column("reason", Text, nullable=False),
    count_column("n_models"),
    # kept up to date with every row, so that lists need no sums
    count_column("models_done"),
    count_column("errors"),
    # the lease, as that of a run
    count_column("attempt"),
    Column("runner", Text),
    time_column("heartbeat_at"),
    time_column("lease_until"),
    time_column("leased_at"),
    count_column("leased_models"),
    count_column("stalled"),
    # the request that it came with, where it may be sent again
    Column("owner", String(64)),
    Column("key", String(255)),
    Column("request_sha256", String(64)),
    Index(None, "state", "id"),
    UniqueConstraint("owner", "key"),
)

batch_models: Final = Table(
    "batch_models",
    metadata,
    Column("batch", ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    key_column("position"),
    Column("name", Text, nullable=False),
    # none while the model waits
    Column("row_json", Text),
    Column("error", Text),
    Column("text", Text, nullable=False),
)
