"""Bearer tokens: a random secret that is shown once; the storage keeps its hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

from protomodels.database import Storage, TokenRecord
from protomodels.errors import ConfigError

SCOPES: Final = ("read", "write")
"""What a token may allow; ``write`` includes ``read``."""


def make_token(storage: Storage, name: str, scope: str, days: float | None = 90.0) -> str:
    """A new token, to be given to whoever will use it: it cannot be shown again.

    Parameters
    ----------
    name: whose it is, for lists.
    days: until it expires; None for never.

    Raises
    ------
    ConfigError: naming the field.
    """
    if not 1 <= len(name) <= 100:
        raise ConfigError("name", name, "1 to 100 characters")
    if scope not in SCOPES:
        raise ConfigError("scope", scope, "one of " + ", ".join(SCOPES))
    if days is not None and not 0.0 < days <= 36500.0:
        raise ConfigError("days", days, "more than 0, at most 36500")
    secret = secrets.token_urlsafe(32)
    # 256 random bits need no slow hash
    number = storage.create_token(name, _hash(secret), scope, None if days is None else timedelta(days=days))
    return f"pm_{number}_{secret}"


def check_token(storage: Storage, given: str) -> TokenRecord | None:
    """The stored token that this is; None for one that is unknown, has expired or was revoked."""
    parts = given.split("_", 2)
    if len(parts) != 3 or parts[0] != "pm" or not parts[1].isascii() or not parts[1].isdigit() or len(parts[1]) > 9:
        return None
    found = storage.find_token(int(parts[1]))
    if found is None or not hmac.compare_digest(found.sha256, _hash(parts[2])):
        return None
    return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
