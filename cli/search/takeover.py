"""A run whose runner may be gone: taken from a process of this machine that is no more, or waited for."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from protomodels.database import RunState

AT_WORK: Final = (RunState.RUNNING, RunState.CANCELLING)
_LOOK_SECONDS: Final = 0.5


class Held(Protocol):
    """What a runner has: a run, a batch or a posterior, as it is stored."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> RunState: ...
    @property
    def runner(self) -> str | None: ...
    @property
    def heartbeat_at(self) -> datetime | None: ...


def is_gone(runner: str | None) -> bool:
    """Was this runner (``HOST:PID``) a process of this machine, which is no more?

    >>> is_gone("elsewhere:17"), is_gone(None)  # nobody can tell from here
    (False, False)
    """
    host, _, number = (runner or "").rpartition(":")
    if os.name != "posix" or host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)  # sends nothing
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def freed(
    read: Callable[[], Held],
    give_up: Callable[[str], object],
    expire: Callable[[], object],
    say: Callable[[str], object],
) -> Held:
    """What is stored, once nobody is at work on it; or as it is, where its runner lives.

    Parameters
    ----------
    read: gives what is stored.
    give_up: marks it as crashed, for this reason.
    expire: marks all as crashed whose runner has been silent for too long.
    say: is told what is done.
    """
    expire()
    first = found = read()
    if found.state not in AT_WORK:
        return found
    if is_gone(found.runner):
        say(f"{found.id}: its runner {found.runner} is gone, and is not waited for")
        give_up(f"its runner {found.runner} is gone")
        return read()
    say(f"{found.id}: waiting for a sign of life of its runner {found.runner}, or for the end of its lease")
    while found.state in AT_WORK and found.heartbeat_at == first.heartbeat_at:
        time.sleep(_LOOK_SECONDS)
        expire()
        found = read()
    return found
