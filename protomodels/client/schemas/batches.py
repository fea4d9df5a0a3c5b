"""Batches of models that are judged, and their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from protomodels.client.schemas.base import Answer


class BatchInfo(Answer):
    """A batch of models.

    Attributes
    ----------
    state: queued, running, paused, cancelling, cancelled, completed, failed or crashed; ``reason`` says why.
    settings: what the rows depend on.
    n_models, models_done, errors: number of models, of those that have a row, and of those whose row is an error.
    attempt: how often a runner has taken it up.
    runner, heartbeat_at, leased_at, leased_models: who judges it, when that was last heard of, and when and after how
        many models it began to.
    """

    id: str
    name: str
    state: str
    reason: str
    created_at: datetime
    settings: dict[str, Any]
    results_fingerprint: str
    n_models: int
    models_done: int
    errors: int
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_models: int


class BatchDetail(BatchInfo):
    """A batch with the columns of its table."""

    columns: dict[str, str] = Field(description="text, number, whole or truth, by name; those of masses are left out")


class BatchRow(Answer):
    """A model of a batch.

    Attributes
    ----------
    position: its place in the batch, from 0.
    row: its row in the table; None while it waits.
    error: why there is no answer; None where there is one.
    """

    position: int
    name: str
    row: dict[str, str | float | int | bool | None] | None
    error: str | None
