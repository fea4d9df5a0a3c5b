"""Walks: where the walkers of a run stand, their steps, and what they took over from one another."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, String, Table, Text

from protomodels.database.tables.columns import count_column, float_column, key_column, metadata, run_column

walkers: Final = Table(
    "walkers",
    metadata,
    run_column(primary_key=True),
    key_column("walker"),
    count_column("step"),
    Column("state_json", Text, nullable=False),
    Column("rng_json", Text, nullable=False),
    float_column("best_K", nullable=True),
)

chunks: Final = Table(
    "chunks",
    metadata,
    Column("run", String(16), primary_key=True),
    key_column("walker"),
    key_column("first_step"),
    count_column("n_steps"),
    count_column("attempt"),
    Column("packed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["run", "walker"], ["walkers.run", "walkers.walker"], ondelete="CASCADE"),
)

exchanges: Final = Table(
    "exchanges",
    metadata,
    run_column(primary_key=True),
    key_column("step"),
    key_column("walker"),
    count_column("source"),
    Column("state_json", Text, nullable=False),
    Column("rng_json", Text, nullable=False),
)
