"""The states of a run, a batch or a posterior, and the legal ways between them.

::

    queued ──> running ──> completed
      │         │ ^  ├───> failed              our error, with the reason: final
      │         v │  ├───> crashed             infrastructure: resumable, as paused is
      │       paused └───> cancelling ──> cancelled
      └──────────────────────────────────────^

A run that is asked to cancel still finishes the chunks in flight, so it may complete, fail or crash instead.
A paused or crashed run has nobody at work: it is resumed (running), queued again or cancelled at once.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from protomodels.database.errors import TransitionError
from protomodels.errors import ConfigError


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    CRASHED = "crashed"


FINAL: Final = (RunState.COMPLETED, RunState.CANCELLED, RunState.FAILED)
"""States that nothing leads out of."""

_S = RunState

TRANSITIONS: Final = MappingProxyType(
    {
        _S.QUEUED: frozenset({_S.RUNNING, _S.CANCELLED, _S.FAILED}),
        _S.RUNNING: frozenset({_S.PAUSED, _S.CANCELLING, _S.COMPLETED, _S.FAILED, _S.CRASHED}),
        _S.PAUSED: frozenset({_S.RUNNING, _S.QUEUED, _S.CANCELLED}),
        _S.CANCELLING: frozenset({_S.CANCELLED, _S.COMPLETED, _S.FAILED, _S.CRASHED}),
        _S.CRASHED: frozenset({_S.RUNNING, _S.QUEUED, _S.CANCELLED}),
        _S.CANCELLED: frozenset[RunState](),
        _S.COMPLETED: frozenset[RunState](),
        _S.FAILED: frozenset[RunState](),
    }
)
"""From a state to those that may follow it."""

WRITABLE: Final = frozenset({_S.RUNNING, _S.PAUSED, _S.CANCELLING})
"""States in which chunks are accepted: paused and cancelling, because chunks may still be in flight."""


def state_of(text: str) -> RunState:
    """The state with this name.

    Raises
    ------
    ConfigError: where there is no such state.
    """
    if text not in frozenset(RunState):
        raise ConfigError("state", text, "one of " + ", ".join(RunState))
    return RunState(text)


def check_transition(what: str, before: RunState, after: RunState) -> None:
    """Let a legal transition pass; ``what`` is who makes it, for the error.

    Raises
    ------
    TransitionError: where the transition is not one of `TRANSITIONS`.

    >>> check_transition("run r1", RunState.QUEUED, RunState.RUNNING)
    """
    legal = TRANSITIONS[before]
    if after not in legal:
        ways = "may become " + ", ".join(sorted(legal)) if legal else "is final"
        raise TransitionError(f"{what} is {before} and cannot become {after}: {before} {ways}")
