"""What ``runner`` does: the processes of runs and batches that were taken up, and what becomes of one when its ends."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Final

from protomodels.database import FencedError, Lease, RunState, Storage, TransitionError, UnavailableError, with_retries
from protomodels.errors import NotFoundError
from protomodels.runs.lease import runner_name

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 1.0


@dataclass
class Child:
    """A run, or a batch, at work.

    Attributes
    ----------
    lease: what its process goes on with.
    process: whose it is from its first sign of life on.
    spoken_for: the last sign of life that the runner gave in its place; None once it gives its own.
    unsure: it may be the runner's own, though it is another: the storage went away while it was given.
    """

    lease: Lease
    process: subprocess.Popen[bytes]
    spoken_for: datetime | None
    unsure: bool = False


class Supervisor:
    """Runs at work, and the process of each."""

    def __init__(self, storage: Storage, options: list[str], most: int, recover: bool, lease_seconds: float) -> None:
        self._storage, self._options, self._most, self._recover = storage, options, most, recover
        self._lease_seconds = lease_seconds
        self._children: dict[str, Child] = {}
        self._ending = False

    def watch(self, until_idle: bool) -> None:
        """Take up runs and see them through until told to end or, with ``until_idle``, until none waits."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        log.info("runner %s on %s", runner_name(), self._storage.url)
        while not self._ending:
            self._reap()
            self._speak()
            taken = len(self._children) < self._most and self._take()
            if until_idle and not self._children and not taken:
                return
            if not taken:
                time.sleep(min(IDLE_SECONDS, self._lease_seconds / 4.0))
        for child in self._children.values():
            child.process.send_signal(signal.SIGTERM)  # it finishes what is at work
        while self._children:
            self._reap()
            self._speak()
            time.sleep(0.1)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _take(self) -> bool:
        try:
            lease = self._storage.lease(runner_name(), seconds=self._lease_seconds, recover=self._recover)
        except UnavailableError as error:
            log.warning("%s; trying again", error)
            return False
        if lease is None:
            return False
        log.info("taking up %s %s, attempt %d", lease.kind, lease.run, lease.attempt)
        command = [
            sys.executable,
            "-P",
            "-m",
            "protomodels.cli.worker",
            "resume",
            lease.run,
            "--attempt",
            str(lease.attempt),
        ]
        # its end of the pipe tells the child that the runner is gone, however that happens
        child = subprocess.Popen([*command, *self._options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: S603
        self._children[lease.run] = Child(lease, child, with_retries(lambda: self._heard(lease)))
        return True

    def _heard(self, lease: Lease) -> datetime | None:
        return self._storage.leased(lease)[1]

    def _speak(self) -> None:
        """Signs of life in place of processes that are still starting: to read results can take longer than a lease."""
        for child in self._children.values():
            try:
                if child.spoken_for is None or (self._heard(child.lease) != child.spoken_for and not child.unsure):
                    child.spoken_for = None
                    continue
                child.unsure = True
                self._storage.heartbeat(child.lease, self._lease_seconds)
                child.spoken_for, child.unsure = self._heard(child.lease), False
            except (FencedError, NotFoundError, UnavailableError) as error:
                log.warning("no sign of life for %s %s: %s", child.lease.kind, child.lease.run, error)

    def _reap(self) -> None:
        """See to the runs whose process has ended: they are final, or are marked for another attempt."""
        for run, child in list(self._children.items()):
            code = child.process.poll()
            if code is None:
                continue
            del self._children[run]
            log.info("the process of %s %s has ended (%s)", child.lease.kind, run, code)
            with_retries(lambda lease=child.lease, code=code: self._settle(lease, code))  # type: ignore[misc]

    def _settle(self, lease: Lease, code: int) -> None:
        try:
            state = self._storage.leased(lease)[0]
            if state is RunState.RUNNING and self._ending and code == -signal.SIGTERM:
                # it was still starting; as if it had been told a little later
                self._storage.leave(lease, RunState.PAUSED, "interrupted")
                self._storage.leave(lease, RunState.QUEUED, "its runner was stopped")
            elif state is RunState.RUNNING:
                self._storage.leave(lease, RunState.CRASHED, f"its process ended with code {code}")
            elif state is RunState.CANCELLING:
                self._storage.leave(lease, RunState.CANCELLED, "as asked")
            elif state is RunState.PAUSED and self._ending:
                self._storage.leave(lease, RunState.QUEUED, "its runner was stopped")
        except (FencedError, TransitionError) as error:
            log.info("%s %s is no longer this runner's: %s", lease.kind, lease.run, error)
