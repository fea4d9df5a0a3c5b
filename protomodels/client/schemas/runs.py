"""Runs: their state, walkers and steps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from protomodels.client.schemas.base import Answer


class RunInfo(Answer):
    """A run.

    Attributes
    ----------
    state: queued, running, paused, cancelling, cancelled, completed, failed or crashed; ``reason`` says why.
    config: the settings that it was made with.
    steps_done: of all walkers.
    best_K: the highest K so far; None where no model has one.
    universe: number of the universe that it walks on; None for the published data.
    attempt: how often a runner has taken it up.
    name, note, tags: what it is called; a service of before has none of them.
    runner, heartbeat_at, leased_at, leased_steps: who walks it, when that was last heard of, and when and after how
        many steps it began to.
    """

    id: str
    state: str
    reason: str
    created_at: datetime
    config: dict[str, Any]
    results_fingerprint: str
    seed: int
    n_walkers: int
    n_steps: int
    steps_done: int
    best_K: float | None
    universe: int | None = Field(description="number of the universe that it walks on; null for the published data")
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_steps: int
    name: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


class Transition(Answer):
    """A change of a run's state."""

    at: datetime
    from_state: str | None
    to_state: str
    reason: str


class RunDetail(RunInfo):
    """A run with the id of its best proto-model, the versions that it was made with, and its changes of state."""

    best_protomodel: int | None
    versions: dict[str, str]
    transitions: list[Transition]


class LogEntry(Answer):
    """An entry of a run's log."""

    number: int
    at: datetime
    level: str
    message: str


class Event(Answer):
    """News of a run.

    Attributes
    ----------
    kind: ``log``, with the values of a :class:`LogEntry`, or ``progress``, with state, steps, total and best_K.
    """

    kind: str
    values: dict[str, Any]


class WalkerInfo(Answer):
    """Where a walker stands."""

    walker: int
    step: int
    best_K: float | None


class Step(Answer):
    """A step of a walker; K is None where no result sees the model."""

    step: int
    K: float | None
    Z: float | None
    accepted: bool
    move: str
    n_particles: int


class Trace(Answer):
    """All steps of a run in a few numbers.

    Attributes
    ----------
    steps: the last step of each part of the run.
    K: highest K of each walker in each part.
    moves: by move how often it was proposed, and how often accepted.
    """

    steps: list[int]
    K: list[list[float | None]]
    moves: dict[str, Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(description="proposed, accepted")
