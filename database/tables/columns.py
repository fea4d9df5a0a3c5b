"""What tables are made of: names of constraints, the type of times, and kinds of columns that several tables have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, DateTime, Dialect, Double, Enum, ForeignKey, Integer, MetaData, TypeDecorator

from protomodels.database.states import RunState

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
"""All tables; what is not named after its columns could not be found again by a migration."""


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


def state_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """The state of a run, as text."""
    kind = Enum(RunState, native_enum=False, length=16, values_callable=lambda states: [s.value for s in states])
    return Column(name, kind, nullable=nullable)


def run_column(*, primary_key: bool = False) -> Column[Any]:
    """The run that a row belongs to, and is deleted with."""
    return Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False)


def protomodel_column() -> Column[Any]:
    """The proto-model that a row belongs to, and is deleted with."""
    return Column("protomodel", ForeignKey("protomodels.id", ondelete="CASCADE"), primary_key=True)


def time_column(name: str) -> Column[Any]:
    """A time, where there is one."""
    return Column(name, UtcDateTime)


def float_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """A number in double precision."""
    return Column(name, Double, nullable=nullable)


def count_column(name: str) -> Column[Any]:
    """A whole number."""
    return Column(name, Integer, nullable=False)


def key_column(name: str) -> Column[Any]:
    """A whole number, part of a primary key, that the program gives."""
    return Column(name, Integer, primary_key=True, autoincrement=False)
