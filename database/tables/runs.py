"""Runs: what they are made of, where they stand, who works on them, and their logs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from protomodels.database.tables.columns import (
    UtcDateTime,
    count_column,
    float_column,
    metadata,
    run_column,
    state_column,
    time_column,
)

results: Final = Table(
    "results",
    metadata,
    Column("fingerprint", String(128), primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    count_column("n_analyses"),
    Column("note", Text, nullable=False),
)

combinability_tables: Final = Table(
    "combinability_tables",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

universes: Final = Table(
    "universes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recipe", Text, nullable=False, unique=True),
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("config_json", Text, nullable=False),
    # by which a run with the same config is found
    Column("config_sha256", String(64), nullable=False, index=True),
    # of the config what lists show; none where an older version did not say
    Column("results_name", Text),
    Column("policy", String(16)),
    Column("regions", String(16)),
    Column("search", String(16)),
    Column("universe_seed", BigInteger),
    Column("results_fingerprint", ForeignKey("results.fingerprint"), nullable=False, index=True),
    Column("seed", BigInteger, nullable=False),
    state_column("state"),
    Column("reason", Text, nullable=False),
    count_column("n_walkers"),
    count_column("n_steps"),
    Column("versions", JSON, nullable=False),
    Column("table_sha256", ForeignKey("combinability_tables.sha256")),
    # whose data were walked on; none for the published ones
    Column("universe", ForeignKey("universes.id"), index=True),
    # kept up to date with every chunk, so that lists of runs need no sums
    Column("steps_done", BigInteger, nullable=False),
    float_column("best_K", nullable=True),
    # the lease: who is at work on the run, and since when
    count_column("attempt"),
    Column("runner", Text),
    time_column("heartbeat_at"),
    time_column("lease_until"),
    time_column("leased_at"),
    Column("leased_steps", BigInteger, nullable=False),
    count_column("stalled"),
    # what people call it
    Column("name", String(64)),
    Column("note", Text, nullable=False),
    Index(None, "state", "id"),
    Index(None, "best_K"),
    Index(None, "steps_done"),
    UniqueConstraint("name"),
)

run_tags: Final = Table(
    "run_tags",
    metadata,
    run_column(primary_key=True),
    Column("tag", String(64), primary_key=True, index=True),
)

transitions: Final = Table(
    "transitions",
    metadata,
    Column("id", Integer, primary_key=True),
    run_column(),
    Column("at", UtcDateTime, nullable=False),
    state_column("from_state", nullable=True),
    state_column("to_state"),
    Column("reason", Text, nullable=False),
    Index(None, "run", "id"),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    run_column(),
    Column("at", UtcDateTime, nullable=False),
    Column("level", String(8), nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "run", "id"),
)
