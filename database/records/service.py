"""Records of the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A bearer token of the API; times are in UTC.

    Attributes
    ----------
    id: its number.
    name: what it was given to.
    sha256: of its secret, which is not stored.
    scope: ``read`` or ``write``.
    expires_at, revoked_at: from when on it is refused; None for never.
    """

    id: int
    name: str
    sha256: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
