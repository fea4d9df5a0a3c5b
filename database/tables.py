"""The tables, in SQLAlchemy's words: one column for one field of a record, named alike.

A change here needs a migration; a test holds the two together. Keywords ``sqlite_*`` and ``postgresql_*`` are hints
that other databases ignore.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Double,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

from protomodels.database.states import RunState

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, aware of it also where the database (SQLite) keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in; a naive time is refused (ValueError)."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time must know its time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _state(name: str, *, nullable: bool = False) -> Column[Any]:
    kind = Enum(RunState, native_enum=False, length=16, values_callable=lambda states: [s.value for s in states])
    return Column(name, kind, nullable=nullable)


def _run(*, primary_key: bool = False) -> Column[Any]:
    return Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False)


def _moment(name: str) -> Column[Any]:
    return Column(name, UtcDateTime)


def _protomodel() -> Column[Any]:
    return Column("protomodel", ForeignKey("protomodels.id", ondelete="CASCADE"), primary_key=True)


def _float(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Double, nullable=nullable)


def _count(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


def _part(name: str) -> Column[Any]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


results: Final = Table(
    "results",
    metadata,
    Column("fingerprint", String(128), primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    _count("n_analyses"),
    Column("note", Text, nullable=False),
)

runs: Final = Table(
    "runs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("config_json", Text, nullable=False),
    Column("results_fingerprint", ForeignKey("results.fingerprint"), nullable=False, index=True),
    Column("seed", BigInteger, nullable=False),
    _state("state"),
    Column("reason", Text, nullable=False),
    _count("n_walkers"),
    _count("n_steps"),
    Column("versions", JSON, nullable=False),
    Column("table_sha256", ForeignKey("combinability_tables.sha256")),
    # whose data were walked on; none for the published ones
    Column("universe", ForeignKey("universes.id"), index=True),
    # kept up to date with every chunk, so that lists of runs need no sums
    Column("steps_done", BigInteger, nullable=False),
    _float("best_K", nullable=True),
    # the lease: who is at work on the run, and since when
    _count("attempt"),
    Column("runner", Text),
    _moment("heartbeat_at"),
    _moment("lease_until"),
    _moment("leased_at"),
    Column("leased_steps", BigInteger, nullable=False),
    _count("stalled"),
    Index(None, "state", "id"),
    Index(None, "best_K"),
    Index(None, "steps_done"),
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

campaigns: Final = Table(
    "campaigns",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("config_json", Text, nullable=False),
)

campaign_runs: Final = Table(
    "campaign_runs",
    metadata,
    Column("campaign", ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    _part("position"),
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
)

campaign_bounds: Final = Table(
    "campaign_bounds",
    metadata,
    Column("campaign", ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True),
    _part("position"),
    _float("K"),
    Column("model_json", Text, nullable=False),
)

tokens: Final = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("scope", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    _moment("expires_at"),
    _moment("revoked_at"),
    sqlite_autoincrement=True,
)

requests: Final = Table(
    "requests",
    metadata,
    Column("owner", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("sha256", String(64), nullable=False),
    _run(),
)

transitions: Final = Table(
    "transitions",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("at", UtcDateTime, nullable=False),
    _state("from_state", nullable=True),
    _state("to_state"),
    Column("reason", Text, nullable=False),
    Index(None, "run", "id"),
)

events: Final = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("at", UtcDateTime, nullable=False),
    Column("level", String(8), nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "run", "id"),
)

walkers: Final = Table(
    "walkers",
    metadata,
    _run(primary_key=True),
    _part("walker"),
    _count("step"),
    Column("state_json", Text, nullable=False),
    Column("rng_json", Text, nullable=False),
    _float("best_K", nullable=True),
)

chunks: Final = Table(
    "chunks",
    metadata,
    Column("run", String(16), primary_key=True),
    _part("walker"),
    _part("first_step"),
    _count("n_steps"),
    _count("attempt"),
    Column("packed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["run", "walker"], ["walkers.run", "walkers.walker"], ondelete="CASCADE"),
)

exchanges: Final = Table(
    "exchanges",
    metadata,
    _run(primary_key=True),
    _part("step"),
    _part("walker"),
    _count("source"),
    Column("state_json", Text, nullable=False),
    Column("rng_json", Text, nullable=False),
)

protomodels: Final = Table(
    "protomodels",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    _count("walker"),
    _count("step"),
    _float("K"),
    _float("Z"),
    _float("mu_hat"),
    _float("mu_max", nullable=True),
    _count("n_particles"),
    _count("n_br"),
    _float("n_ssm"),
    Column("model_json", Text, nullable=False),
    Column("fingerprint", String(128), nullable=False),
    Column("channels", Text, nullable=False),
    Column("masses", JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "run", "K"),
    Index(None, "run", "walker"),
    Index(None, "K"),
    sqlite_autoincrement=True,  # the id of a pruned model is never given to another
)

# `protomodels.masses` again, with K: a search by particle, mass and K reads an index of this
protomodel_masses: Final = Table(
    "protomodel_masses",
    metadata,
    _protomodel(),
    _part("pid"),
    _float("mass"),
    _float("K"),
    Index(None, "pid", "K", "mass"),
)

contributions: Final = Table(
    "contributions",
    metadata,
    _protomodel(),
    _part("position"),
    Column("analysis", Text, nullable=False),
    Column("region", Text),
    Column("type", String(16), nullable=False),
    _float("observed"),
    _float("expected"),
    _float("signal"),
    _float("llr"),
)

limits: Final = Table(
    "limits",
    metadata,
    _protomodel(),
    _part("position"),
    Column("analysis", Text, nullable=False),
    Column("region", Text),
    Column("type", String(16), nullable=False),
    _float("r_obs"),
    _float("r_exp", nullable=True),
    _float("signal"),
)
