"""Keeping a lease: signs of life in the background while a run, or a batch, is at work; and giving it back."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from protomodels.database import (
    FencedError,
    Lease,
    RunState,
    Storage,
    TransitionError,
    UnavailableError,
    with_retries,
)
from protomodels.errors import NotFoundError, StorageError
from protomodels.runs.executors import WorkerLostError

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
                log.warning("no sign of life for %s %s: %s", self._lease.kind, self._lease.run, error)
            except (FencedError, NotFoundError, StorageError) as error:
                self.lost = error
                return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


@contextmanager
def giving_back(storage: Storage, lease: Lease, patience: float) -> Iterator[None]:
    """Work on a run or a batch: where it ends by an error, the storage says how; the error is raised again."""
    try:
        yield
    except KeyboardInterrupt:
        leave(storage, lease, RunState.PAUSED, "interrupted", patience)
        raise
    except (FencedError, TransitionError, UnavailableError):
        raise  # nothing to be written: the run is another's by now, or the storage away
    except WorkerLostError as error:
        leave(storage, lease, RunState.CRASHED, str(error), patience)
        raise
    except Exception as error:
        leave(storage, lease, RunState.FAILED, f"{type(error).__name__}: {error}", patience)
        raise


def finish(storage: Storage, lease: Lease, complete: bool, patience: float) -> RunState:
    """Give back what is complete, or was cancelled; its state then."""
    if complete:
        leave(storage, lease, RunState.COMPLETED, "", patience)
    elif storage.leased(lease)[0] is RunState.CANCELLING:
        leave(storage, lease, RunState.CANCELLED, "as asked", patience)
    return storage.leased(lease)[0]


def leave(storage: Storage, lease: Lease, state: RunState, reason: str, patience: float) -> None:
    """Give a run or a batch back in a state, unless others put it into one meanwhile."""

    def once() -> None:
        try:
            storage.leave(lease, state, reason)
        except TransitionError as error:
            log.info("%s %s was not marked as %s: %s", lease.kind, lease.run, state, error)

    with_retries(once, patience)
