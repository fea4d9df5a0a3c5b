"""Keeping a lease: signs of life in the background while a run is at work."""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import Self

from protomodels.database import FencedError, Lease, RunState, Storage, UnavailableError
from protomodels.errors import NotFoundError, StorageError

log = logging.getLogger(__name__)


def runner_name() -> str:
    """How this process is called in leases: machine and process number."""
    return f"{socket.gethostname()}:{os.getpid()}"


class LeaseKeeper:
    """Sends a sign of life four times in the time after which the runner would count as dead.

    Attributes
    ----------
    state: of the run when it was last heard; others may pause or cancel it.
    lost: why the lease is gone, None while it is held.
    """

    def __init__(self, storage: Storage, lease: Lease, seconds: float) -> None:
        self.state = RunState.RUNNING
        self.lost: StorageError | NotFoundError | None = None
        self._storage, self._lease, self._seconds = storage, lease, seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease of {lease.run}", daemon=True)

    def _beat(self) -> None:
        while not self._end.wait(self._seconds / 4.0):
            try:
                self.state = self._storage.heartbeat(self._lease, self._seconds)
            except UnavailableError as error:
                # if it comes back too late, the run may have been given to another: then a commit is refused
                log.warning("no sign of life for run %s: %s", self._lease.run, error)
            except (FencedError, NotFoundError, StorageError) as error:
                self.lost = error
                return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
