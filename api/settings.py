"""How the service is run."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ConfigError

PREFIX: Final = "/api/v1"
"""Of all routes but those of health."""


@dataclass(frozen=True)
class Settings:
    """Settings of the service.

    Attributes
    ----------
    storage: URL.
    host: address that it listens on; on a loopback address no token is needed.
    max_body: bytes of a request's body.
    max_batch: bytes of the body that brings a batch of models, or a table of a scan.
    rate: requests a minute of one token, or of one address without one.
    streams: of events, open at a time, likewise.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    storage: str
    host: str = "127.0.0.1"
    max_body: int = 1_000_000
    max_batch: int = 10_000_000
    rate: int = 1200
    streams: int = 30

    def __post_init__(self) -> None:
        for name in ("max_body", "max_batch", "rate", "streams"):
            if getattr(self, name) < 1:
                raise ConfigError(name, getattr(self, name), "a whole number of 1 or more")
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            raise ConfigError("host", self.host, "an IP address") from None

    @property
    def needs_token(self) -> bool:
        """Others than this machine can reach it."""
        return not ipaddress.ip_address(self.host).is_loopback
