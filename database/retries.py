"""Calls that are repeated while a storage is away: its server restarts, its network is down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from tenacity import RetryCallState, Retrying, before_sleep_log, retry_if_exception_type, wait_exponential

from protomodels.database.errors import FullError, UnavailableError
from protomodels.settings import PATIENCE

T = TypeVar("T")

log = logging.getLogger(__name__)

_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 5.0
PATIENCE_FULL: Final = 5.0
"""Seconds: a disk that is full stays so until somebody sees to it."""


def with_retries(call: Callable[[], T], patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep) -> T:
    """The result of a call that is repeated while it raises `UnavailableError`.

    For calls that may be made twice: those that read, or that the storage refuses the second time. Waits are 0.1 s and
    twice as long each time, up to 5 s; each is logged as a warning.

    Parameters
    ----------
    call: what is called, without arguments.
    patience: seconds after the first failure for which it is tried again; 5 at most where the disk is full.
    sleep: how to wait.

    Raises
    ------
    UnavailableError: where the storage stayed away.

    Examples
    --------
    >>> with_retries(lambda: 5)
    5
    """
    deadline: list[float] = []

    def is_over(state: RetryCallState) -> bool:
        failed = state.outcome_timestamp or 0.0
        deadline.append(failed)  # the first one counts: a call may take long to fail
        full = state.outcome is not None and isinstance(state.outcome.exception(), FullError)
        return failed + state.upcoming_sleep > deadline[0] + (min(patience, PATIENCE_FULL) if full else patience)

    retrying = Retrying(
        retry=retry_if_exception_type(UnavailableError),
        wait=wait_exponential(_FIRST_WAIT, max=_LONGEST_WAIT),
        stop=is_over,
        sleep=sleep,
        before_sleep=before_sleep_log(log, logging.WARNING),
        reraise=True,
    )
    return retrying(call)
