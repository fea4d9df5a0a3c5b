"""The part of a storage that keeps the tokens of the API."""

from __future__ import annotations

from datetime import timedelta

from protomodels.database.queries import tokens
from protomodels.database.records import TokenRecord
from protomodels.database.storage.connected import Connected


class Tokens(Connected):
    """Tokens: created, found, listed, revoked."""

    def create_token(self, name: str, sha256: str, scope: str, lifetime: timedelta | None) -> int:
        """Store a new token, not its secret; returns its number.

        Parameters
        ----------
        name: what it is for.
        sha256: of its secret.
        scope: ``read`` or ``write``.
        lifetime: after which it is refused; None for never.
        """
        with self._writing() as connection:
            return tokens.create(connection, name, sha256, scope, lifetime)

    def find_token(self, number: int) -> TokenRecord | None:
        """The token of this number; None where there is none, or it has expired or was revoked."""
        with self._reading() as connection:
            return tokens.find_valid(connection, number)

    def list_tokens(self) -> list[TokenRecord]:
        """All tokens, oldest first."""
        with self._reading() as connection:
            return tokens.list_tokens(connection)

    def revoke_token(self, number: int) -> None:
        """Refuse a token from now on."""
        with self._writing() as connection:
            tokens.revoke(connection, number)
