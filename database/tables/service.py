"""What the service keeps: tokens, and which requests were answered."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from protomodels.database.tables.columns import UtcDateTime, metadata, run_column, time_column

tokens: Final = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("scope", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    time_column("expires_at"),
    time_column("revoked_at"),
    sqlite_autoincrement=True,
)

requests: Final = Table(
    "requests",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("sha256", String(64), nullable=False),
    run_column(),
)
