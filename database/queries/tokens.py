"""Bearer tokens of the API. Each function works inside the caller's transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert, or_, select, update

from protomodels.database.engine import current_time
from protomodels.database.records import TokenRecord
from protomodels.database.tables import tokens
from protomodels.errors import NotFoundError


def create(connection: Connection, name: str, sha256: str, scope: str, lifetime: timedelta | None) -> int:
    """Store the hash of a new token; its number."""
    now = current_time(connection)
    row = {"name": name, "sha256": sha256, "scope": scope, "created_at": now}
    row |= {"expires_at": None if lifetime is None else now + lifetime}
    inserted = connection.execute(insert(tokens).values(row)).inserted_primary_key
    assert inserted is not None  # noqa: S101 - a single row was inserted
    number: int = inserted[0]
    return number


def find_valid(connection: Connection, number: int) -> TokenRecord | None:
    """The token of this number that may be used now."""
    living = or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > current_time(connection))
    query = select(tokens).where(tokens.c.id == number, tokens.c.revoked_at.is_(None), living)
    row = connection.execute(query).one_or_none()
    return None if row is None else TokenRecord(**row._asdict())


def list_tokens(connection: Connection) -> list[TokenRecord]:
    """All tokens, oldest first."""
    return [TokenRecord(**row._asdict()) for row in connection.execute(select(tokens).order_by(tokens.c.id))]


def revoke(connection: Connection, number: int) -> None:
    """Let a token be refused from now on.

    Raises
    ------
    NotFoundError: where there is no such token.
    """
    changed = connection.execute(
        update(tokens).where(tokens.c.id == number).values(revoked_at=current_time(connection))
    )
    if changed.rowcount == 0:
        raise NotFoundError("token", number, "the number of a token; `protomodels token list` has them")
