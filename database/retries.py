"""Calls that are repeated while a storage is away: its server restarts, its disk is full, its network is down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from protomodels.database.errors import UnavailableError
from protomodels.settings import PATIENCE

T = TypeVar("T")

log = logging.getLogger(__name__)

_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 5.0


def with_retries(call: Callable[[], T], patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep) -> T:
    """The result of a call, made again and again, up to ``patience`` seconds after its first failure.

    For calls that may be repeated: those that read, or that the storage refuses the second time.

    Raises
    ------
    UnavailableError: where the storage stayed away.
    """
    wait, deadline = _FIRST_WAIT, None
    while True:
        try:
            return call()
        except UnavailableError as error:
            now = time.monotonic()
            deadline = now + patience if deadline is None else deadline
            if now + wait > deadline:
                raise
            log.warning("%s; trying again in %.1f s", error, wait)
            sleep(wait)
            wait = min(2.0 * wait, _LONGEST_WAIT)
