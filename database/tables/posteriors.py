"""Posteriors: chains of a sampler, where they stand, and the sweeps they made."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from protomodels.database.tables.columns import (
    UtcDateTime,
    count_column,
    key_column,
    metadata,
    state_column,
    time_column,
)

posteriors: Final = Table(
    "posteriors",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("config_json", Text, nullable=False),
    Column("results_name", Text, nullable=False),
    Column("results_fingerprint", ForeignKey("results.fingerprint"), nullable=False, index=True),
    Column("versions", JSON, nullable=False),
    Column("table_sha256", ForeignKey("combinability_tables.sha256")),
    state_column("state"),
    Column("reason", Text, nullable=False),
    count_column("n_chains"),
    count_column("n_sweeps"),
    # kept up to date with every commit, so that lists need no sums
    Column("sweeps_done", BigInteger, nullable=False),
    # what the chains say, once they are complete
    Column("answer_json", Text),
    # the lease, as that of a run
    count_column("attempt"),
    Column("runner", Text),
    time_column("heartbeat_at"),
    time_column("lease_until"),
    time_column("leased_at"),
    Column("leased_sweeps", BigInteger, nullable=False),
    count_column("stalled"),
    # the request that it came with, where it may be sent again
    Column("owner", String(64)),
    Column("key", String(255)),
    Column("request_sha256", String(64)),
    Index(None, "state", "id"),
    UniqueConstraint("owner", "key"),
)

posterior_chains: Final = Table(
    "posterior_chains",
    metadata,
    Column("posterior", ForeignKey("posteriors.id", ondelete="CASCADE"), primary_key=True),
    key_column("chain"),
    count_column("sweep"),
    Column("state_json", Text, nullable=False),
)

posterior_sweeps: Final = Table(
    "posterior_sweeps",
    metadata,
    Column("posterior", String(16), primary_key=True),
    key_column("chain"),
    key_column("first_sweep"),
    count_column("n_sweeps"),
    count_column("attempt"),
    Column("packed", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["posterior", "chain"], ["posterior_chains.posterior", "posterior_chains.chain"], ondelete="CASCADE"
    ),
)
