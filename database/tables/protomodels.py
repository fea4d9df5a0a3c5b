"""Proto-models: hiscores, what they are found by, and what explains their scores."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from protomodels.database.tables.columns import (
    UtcDateTime,
    count_column,
    float_column,
    key_column,
    metadata,
    protomodel_column,
    run_column,
)

protomodels: Final = Table(
    "protomodels",
    metadata,
    Column("id", Integer, primary_key=True),
    run_column(),
    count_column("walker"),
    count_column("step"),
    float_column("K"),
    float_column("Z"),
    float_column("mu_hat"),
    float_column("mu_max", nullable=True),
    count_column("n_particles"),
    count_column("n_br"),
    float_column("n_ssm"),
    Column("model_json", Text, nullable=False),
    Column("fingerprint", String(128), nullable=False),
    Column("channels", Text, nullable=False),
    Column("masses", JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # the judgement, where there is one: its verdict in words, all of it as JSON, and what is sorted by
    Column("verdict", String(32)),
    Column("judgement", Text),
    float_column("K_without_strongest", nullable=True),
    Index(None, "run", "K"),
    Index(None, "run", "walker"),
    Index(None, "K"),
    Index(None, "verdict", "K"),
    Index(None, "K_without_strongest"),
    sqlite_autoincrement=True,  # the id of a pruned model is never given to another
)

# `protomodels.masses` again, with K: a search by particle, mass and K reads an index of this
protomodel_masses: Final = Table(
    "protomodel_masses",
    metadata,
    protomodel_column(),
    key_column("pid"),
    float_column("mass"),
    float_column("K"),
    Index(None, "pid", "K", "mass"),
)

contributions: Final = Table(
    "contributions",
    metadata,
    protomodel_column(),
    key_column("position"),
    Column("analysis", Text, nullable=False),
    Column("region", Text),
    Column("type", String(16), nullable=False),
    float_column("observed"),
    float_column("expected"),
    float_column("signal"),
    float_column("llr"),
)

limits: Final = Table(
    "limits",
    metadata,
    protomodel_column(),
    key_column("position"),
    Column("analysis", Text, nullable=False),
    Column("region", Text),
    Column("type", String(16), nullable=False),
    float_column("r_obs"),
    float_column("r_exp", nullable=True),
    float_column("signal"),
)
